import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button } from '../../design/Button.tsx';
import { CommonName } from '../../design/CommonName.tsx';
import { TaxonName } from '../../design/TaxonName.tsx';
import { useFormats } from '../../language/useFormats.ts';
import { answerPath } from '../../shared-answer/answer-link.ts';
import { pictureAddress } from '../../shared-answer/shared-answer.ts';
import { VerdictMark } from '../../verdict/VerdictMark.tsx';
import { VerdictTag } from '../../verdict/VerdictTag.tsx';
import { findsQuery } from './finds.queries.ts';
import { deleteFind, writeNotes, type Find } from './finds.store.ts';
import styles from './FindCard.module.css';

export function FindCard({ find: { id, kept, answer, notes } }: { find: Find }) {
  const { t } = useTranslation();
  const { day } = useFormats();
  const field = useId();
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries(findsQuery);
  const write = useMutation({
    networkMode: 'always',
    mutationFn: (text: string) => writeNotes(id, text),
    onSuccess: refresh,
  });
  const remove = useMutation({ networkMode: 'always', mutationFn: () => deleteFind(id), onSuccess: refresh });
  const { data: path } = useQuery({
    queryKey: ['finds', id, 'path'],
    networkMode: 'always',
    staleTime: Infinity,
    queryFn: () => answerPath(answer),
  });
  const name = answer.match?.taxon ?? t('finds.nothingNamed');

  return (
    <article className={styles.find} aria-labelledby={`${field}name`}>
      <div className={styles.picture}>
        {answer.picture ? (
          <img src={pictureAddress(answer.picture)} alt={t('finds.picture')} />
        ) : (
          <VerdictMark verdict={answer.verdict} />
        )}
      </div>
      <div className={styles.words}>
        <h2 id={`${field}name`}>{answer.match ? <TaxonName>{name}</TaxonName> : name}</h2>
        {answer.match && <CommonName taxon={answer.match.taxon} />}
        <VerdictTag verdict={answer.verdict} />
        <p className={styles.day}>
          <time dateTime={kept}>{day(new Date(kept))}</time>
        </p>
        <div className={styles.tools}>
          {path && <Link to={path}>{t('finds.open')}</Link>}
          <Button aria-label={t('finds.removeNamed', { name })} onClick={() => remove.mutate()}>
            {t('finds.remove')}
          </Button>
        </div>
      </div>
      <div className={styles.notes}>
        <label htmlFor={`${field}notes`}>{t('finds.notes')}</label>
        <textarea
          id={`${field}notes`}
          rows={2}
          maxLength={4000}
          defaultValue={notes}
          placeholder={t('finds.notesHint')}
          onBlur={({ target }) => {
            if (target.value !== notes) write.mutate(target.value);
          }}
        />
        <p role="status">
          {write.isSuccess && t('finds.saved')}
          {write.isError && `${t('finds.unavailable')}.`}
        </p>
      </div>
    </article>
  );
}
