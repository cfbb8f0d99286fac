import { ApiProblem, type Problem } from '../api/problem.ts';
import { Button } from './Button.tsx';
import styles from './ProblemNotice.module.css';

/** What somebody can do about a problem, by its status. */
function remedyFor({ code, status, retryAfter }: Problem): string {
  if (code === 'offline') return 'Nothing was lost. Come back to this page when you have a connection and try again.';
  if (status === 0) return 'Check your connection, then try again. Your photos are still here.';
  if (status === 404) return 'It may have moved, or its name may be spelled differently.';
  if (status === 413) return 'Send fewer or smaller photos: at most five, 12 MB each.';
  if (status === 415 || status === 422)
    return 'Take the photo again, or save it as a JPEG, and choose that one instead.';
  if (status === 429 || status === 503) {
    return retryAfter
      ? `Many people are asking at once. Try again in ${retryAfter} seconds.`
      : 'Many people are asking at once. Try again in a moment.';
  }
  if (status === 504) return 'It took too long this time. Try again, perhaps with fewer photos.';
  if (status >= 500) return 'The fault is ours, not your photo’s. Try again in a moment.';
  return 'Change the photos or what you told us about them, then try again.';
}

interface ProblemNoticeProps {
  error: unknown;
  onRetry?: () => void;
  retrying?: boolean;
}

/** What went wrong, and what to do about it. */
export function ProblemNotice({ error, onRetry, retrying = false }: ProblemNoticeProps) {
  const problem: Problem =
    error instanceof ApiProblem
      ? error.problem
      : { code: 'page_error', status: 500, title: 'Something in this page went wrong' };
  return (
    <div className={styles.notice} role="alert">
      <svg className={styles.mark} viewBox="0 0 48 48" aria-hidden="true" focusable="false">
        <path d="M8 38c8-3 24-3 32 0M13 34C9 18 18 8 24 8s15 10 11 26" />
        <path className={styles.crack} d="M25 8l-4 10 6 5-4 11" />
      </svg>
      <div className={styles.words}>
        <p className={styles.title}>{problem.title}</p>
        {problem.detail && <p>{problem.detail}</p>}
        <p>{remedyFor(problem)}</p>
        {onRetry && (
          <Button onClick={onRetry} disabled={retrying}>
            Try again
          </Button>
        )}
        <p className={styles.code}>Code: {problem.code}</p>
      </div>
    </div>
  );
}
