import type { i18n, TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem, type Problem } from '../api/problem.ts';
import { fetchWordsOf } from '../language/language.ts';
import { Button } from './Button.tsx';
import styles from './ProblemNotice.module.css';

/** What somebody can do about a problem, by its status. */
function remedyFor({ code, status, retryAfter }: Problem, t: TFunction): string {
  const own = OWN_REMEDIES.find((name) => name === code);
  if (own) return t(`problem.remedy.${own}`);
  if (status === 0) return t('problem.remedy.unreachable');
  if (status === 404) return t('problem.remedy.missing');
  if (status === 413) return t('problem.remedy.tooLarge');
  if (status === 415 || status === 422) return t('problem.remedy.photo');
  if (status === 429 || status === 503) {
    return retryAfter ? t('problem.remedy.busyFor', { seconds: retryAfter }) : t('problem.remedy.busy');
  }
  if (status === 504) return t('problem.remedy.slow');
  if (status >= 500) return t('problem.remedy.fault');
  return t('problem.remedy.change');
}

const OWN_REMEDIES = [
  'offline',
  'no_answer',
  'model_not_here',
  'model_stalled',
  'cancelled',
  'model_damaged',
  'no_room',
  'pixels_hidden',
  'device_failed',
] as const;
const OWN_TITLES = [...OWN_REMEDIES, 'page_error', 'unreachable', 'no_served_model', 'undecodable_photo'] as const;

/**
 * In the language of the page. What the service found wrong, it says in English; other languages have words for each of
 * its codes. Undefined for a code of a later service.
 */
function titleOf({ code, title }: Problem, { t, language, getResource }: i18n): string | undefined {
  if (/^http_\d+$/.test(code)) return t('problem.title.not_understood');
  const own = OWN_TITLES.find((name) => name === code);
  if (own) return t(`problem.title.${own}`);
  if (language === 'en') return title;
  return getResource(language, 'translation', `serviceProblems.${code}`) as string | undefined;
}

interface ProblemNoticeProps {
  error: unknown;
  onRetry?: () => void;
  retrying?: boolean;
}

/** What went wrong, and what to do about it. */
export function ProblemNotice({ error, onRetry, retrying = false }: ProblemNoticeProps) {
  const { t, i18n } = useTranslation();
  const problem: Problem = error instanceof ApiProblem ? error.problem : { code: 'page_error', status: 500, title: '' };
  const [, setFetched] = useState(false);
  // Few readers need the titles of the service's problems: they are fetched when there is one to show.
  useEffect(() => {
    let shown = true;
    const show = () => shown && setFetched(true);
    void fetchWordsOf('serviceProblems').then(show, () => undefined);
    return () => {
      shown = false;
    };
  }, []);
  const title = titleOf(problem, i18n);
  return (
    <div className={styles.notice} role="alert">
      <svg className={styles.mark} viewBox="0 0 48 48" aria-hidden="true" focusable="false">
        <path d="M8 38c8-3 24-3 32 0M13 34C9 18 18 8 24 8s15 10 11 26" />
        <path className={styles.crack} d="M25 8l-4 10 6 5-4 11" />
      </svg>
      <div className={styles.words}>
        <p className={styles.title} lang={title === undefined ? 'en' : undefined}>
          {title ?? problem.title}
        </p>
        {problem.detail && i18n.language === 'en' && <p>{problem.detail}</p>}
        <p>{remedyFor(problem, t)}</p>
        {onRetry && (
          <Button onClick={onRetry} disabled={retrying}>
            {t('problem.retry')}
          </Button>
        )}
        {problem.detail && i18n.language !== 'en' && (
          <details>
            <summary>{t('problem.detailInEnglish')}</summary>
            <p lang="en">{problem.detail}</p>
          </details>
        )}
        <p className={styles.code}>{t('problem.code', { code: problem.code })}</p>
      </div>
    </div>
  );
}
