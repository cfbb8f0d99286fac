import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { Page } from '../../design/Page.tsx';
import { Waiting } from '../../design/Waiting.tsx';
import { useFormats } from '../../language/useFormats.ts';
import { answerIn } from '../../shared-answer/open-answer-link.ts';
import { pictureAddress, type SharedAnswer } from '../../shared-answer/shared-answer.ts';
import { Answer, type AnswerParts, type ShownAnswer } from './Answer.tsx';
import styles from './SharedAnswerPage.module.css';

/** The answer that the address itself holds: opened on this device, asked of nobody. */
export function SharedAnswerPage(parts: AnswerParts) {
  const { t } = useTranslation();
  const { day } = useFormats();
  const { hash } = useLocation();
  const [opened, setOpened] = useState<{ hash: string; answer: SharedAnswer | null }>();

  useEffect(() => {
    let wanted = true;
    void answerIn(hash.slice(1)).then((answer) => {
      if (wanted) setOpened({ hash, answer });
    });
    return () => {
      wanted = false;
    };
  }, [hash]);

  if (opened?.hash !== hash) return <Waiting>{t('shell.opening')}</Waiting>;
  const { answer } = opened;
  if (!answer) {
    return (
      <Page title={t('share.broken')} lead={t('share.brokenLead')}>
        <p>
          <Link to="/">{t('share.own')}</Link>
        </p>
      </Page>
    );
  }
  const { model } = answer;
  return (
    <div className={styles.page}>
      <aside className={styles.warning} aria-label={t('share.shared')}>
        <p>
          <strong>{t('share.shared')}.</strong> {t('share.warning')}
        </p>
      </aside>
      <Answer
        {...parts}
        answer={shownFrom(answer)}
        ownPhotos={answer.picture === undefined ? [] : [pictureAddress(answer.picture)]}
        origin={t('answer.originShared', { ...model, date: day(new Date(`${answer.day}T12:00:00`)) })}
        actions={
          <p>
            <Link to="/">{t('share.own')}</Link>
          </p>
        }
      />
    </div>
  );
}

/** English names and toxins are no part of a link: they come from the species' own pages. */
function shownFrom({ verdict, risk, match, candidates, lookalikes, ...rest }: SharedAnswer): ShownAnswer {
  return {
    ...rest,
    toxicity: { verdict, risk, toxins: [] },
    match: match && { ...match, commonName: null },
    candidates: candidates.map((candidate) => ({ ...candidate, commonName: null })),
    lookalikes: lookalikes.map((lookalike) => ({ ...lookalike, commonName: null })),
  };
}
