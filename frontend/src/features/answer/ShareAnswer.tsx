import { useId, useState } from 'react';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button.tsx';
import { answerPath } from '../../shared-answer/answer-link.ts';
import { sharedAnswerOf } from '../../shared-answer/shared-answer.ts';
import { smallPicture } from '../../shared-answer/small-picture.ts';
import styles from './ShareAnswer.module.css';

/** Passes an answer on as a link that holds it: through the device's share sheet where it has one, else copied. */
export function ShareAnswer({ answer, photo }: { answer: IdentificationResponse; photo: Blob | undefined }) {
  const { t } = useTranslation();
  const id = useId();
  const [withPhoto, setWithPhoto] = useState(false);
  const [copied, setCopied] = useState(false);
  const [withoutPhoto, setWithoutPhoto] = useState(false);
  const [uncopied, setUncopied] = useState('');

  async function share() {
    setCopied(false);
    setUncopied('');
    // What can't be drawn is no reason to share nothing.
    const picture = withPhoto && photo ? await smallPicture(photo).catch(() => null) : undefined;
    setWithoutPhoto(picture === null);
    const path = await answerPath(sharedAnswerOf(answer, new Date(), picture ?? undefined));
    const url = new URL(path, window.location.href).href;
    if (navigator.share) {
      try {
        return await navigator.share({ title: t('title'), text: t('share.text'), url });
      } catch (error) {
        // The person thought better of it.
        if (error instanceof DOMException && error.name === 'AbortError') return;
      }
    }
    try {
      await navigator.clipboard.writeText(url);
      setCopied(true);
    } catch {
      setUncopied(url);
    }
  }

  return (
    <section className={styles.share} aria-labelledby={`${id}title`}>
      <h2 id={`${id}title`}>{t('share.title')}</h2>
      <p>{t('share.what')}</p>
      {photo && (
        <label className={styles.choice}>
          <input type="checkbox" checked={withPhoto} onChange={({ target }) => setWithPhoto(target.checked)} />
          {t('share.withPhoto')}
        </label>
      )}
      <Button onClick={() => void share()}>{t('share.share')}</Button>
      <p role="status">
        {copied && t('share.copied')} {withoutPhoto && t('share.withoutPhoto')}
      </p>
      {uncopied && (
        <label className={styles.link}>
          {t('share.failed')}
          <input readOnly value={uncopied} aria-label={t('share.link')} onFocus={({ target }) => target.select()} />
        </label>
      )}
    </section>
  );
}
