import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button } from '../../design/Button.tsx';
import { Page } from '../../design/Page.tsx';
import { Waiting } from '../../design/Waiting.tsx';
import { FindCard } from './FindCard.tsx';
import { findsQuery } from './finds.queries.ts';
import { deleteAllFinds, type Find } from './finds.store.ts';
import styles from './FindsPage.module.css';

/** What was kept on this device: to read again, note something, save as a file, delete. */
export function FindsPage() {
  const { t } = useTranslation();
  const { data, isPending, isError } = useQuery({ ...findsQuery, networkMode: 'always' });
  return (
    <Page title={t('finds.title')} lead={t('finds.lead')}>
      {isPending && <Waiting>{t('finds.fetching')}</Waiting>}
      {isError && (
        <div className={styles.unavailable} role="alert">
          <p>
            <strong>{t('finds.unavailable')}.</strong> {t('finds.unavailableWhat')}
          </p>
        </div>
      )}
      {data && data.unreadable > 0 && <p role="alert">{t('finds.unreadable', { count: data.unreadable })}</p>}
      {data && data.finds.length + data.unreadable === 0 && (
        <div className={styles.none}>
          <p>{t('finds.none')}</p>
          <p>
            <Link to="/">{t('finds.first')}</Link>
          </p>
        </div>
      )}
      {data && data.finds.length + data.unreadable > 0 && (
        <>
          <ForAll {...data} />
          <ul role="list" className={styles.list} aria-label={t('finds.title')}>
            {data.finds.map((find) => (
              <li key={find.id}>
                <FindCard find={find} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Page>
  );
}

/** What can be done with all of them at once. */
function ForAll({ finds, unreadable }: { finds: readonly Find[]; unreadable: number }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const ask = useRef<HTMLButtonElement>(null);
  const remove = useMutation({
    networkMode: 'always',
    mutationFn: deleteAllFinds,
    onSettled: () => queryClient.invalidateQueries(findsQuery),
  });

  function keepThem() {
    setAsking(false);
    requestAnimationFrame(() => ask.current?.focus());
  }

  if (asking) {
    return (
      <div className={styles.sure} role="alertdialog" aria-labelledby="delete-all">
        <p id="delete-all">{t('finds.deleteSure', { count: finds.length + unreadable })}</p>
        <div className={styles.tools}>
          <Button autoFocus onClick={keepThem}>
            {t('finds.deleteNo')}
          </Button>
          <Button className={styles.delete} onClick={() => remove.mutate()}>
            {t('finds.deleteYes')}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className={styles.tools}>
      <p>{t('finds.count', { count: finds.length })}</p>
      <Button onClick={() => saveAsFile(finds)}>{t('finds.export')}</Button>
      <Button ref={ask} onClick={() => setAsking(true)}>
        {t('finds.deleteAll')}
      </Button>
    </div>
  );
}

/** Hands the browser a JSON file of everything kept, to save where the person likes. */
function saveAsFile(finds: readonly Find[]): void {
  const json = JSON.stringify({ format: 1, finds }, null, 2);
  const url = URL.createObjectURL(new Blob([json], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'mushroom-finds.json';
  link.click();
  // The download has begun by then; what it reads stays until it is done.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
