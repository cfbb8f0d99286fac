import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { Trans, useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button } from '../../design/Button.tsx';
import { sharedAnswerOf } from '../../shared-answer/shared-answer.ts';
import { smallPicture } from '../../shared-answer/small-picture.ts';
import { findsQuery } from './finds.queries.ts';
import { keepFind } from './finds.store.ts';
import styles from './KeepFind.module.css';

/** Keeps an answer on this device, with a small picture where the person wants it. */
export function KeepFind({ answer, photo }: { answer: IdentificationResponse; photo: Blob | undefined }) {
  const { t } = useTranslation();
  const id = useId();
  const queryClient = useQueryClient();
  const [withPhoto, setWithPhoto] = useState(false);
  const keep = useMutation({
    networkMode: 'always',
    mutationFn: async () => {
      // What can't be drawn is no reason to keep nothing.
      const picture = withPhoto && photo ? await smallPicture(photo).catch(() => null) : undefined;
      await keepFind(sharedAnswerOf(answer, new Date(), picture ?? undefined));
      return { withoutPhoto: picture === null };
    },
    onSuccess: () => queryClient.invalidateQueries(findsQuery),
  });

  return (
    <section className={styles.keep} aria-labelledby={`${id}title`}>
      <h2 id={`${id}title`}>{t('finds.keepTitle')}</h2>
      <p>{t('finds.lead')}</p>
      {!keep.isSuccess && (
        <>
          {photo && (
            <label className={styles.choice}>
              <input type="checkbox" checked={withPhoto} onChange={({ target }) => setWithPhoto(target.checked)} />
              {t('finds.withPhoto')}
            </label>
          )}
          <Button disabled={keep.isPending} onClick={() => keep.mutate()}>
            {t('finds.keep')}
          </Button>
        </>
      )}
      <p role="status">
        {keep.isSuccess && (
          <Trans
            i18nKey={keep.data.withoutPhoto ? 'finds.keptWithoutPhoto' : 'finds.kept'}
            components={{ finds: <Link to="/finds" /> }}
          />
        )}
        {keep.isError && `${t('finds.unavailable')}. ${t('finds.unavailableWhat')}`}
      </p>
    </section>
  );
}
