import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/Button.tsx';
import styles from './UpdateNotice.module.css';

/** Makes the page work without a connection, and offers a new version of it once that is there. */
export function UpdateNotice() {
  const { t } = useTranslation();
  const [change, setChange] = useState<() => void>();

  useEffect(() => {
    // In development the files change under a service worker all the time.
    if (!import.meta.env.PROD) return;
    import('./register-service-worker.ts')
      .then(({ registerServiceWorker }) => registerServiceWorker((apply) => setChange(() => apply)))
      // Without one the page works as long as there is a connection.
      .catch(() => undefined);
  }, []);

  return (
    <div role="status">
      {change && (
        <p className={styles.notice}>
          {t('update.ready')}
          <Button onClick={change}>{t('update.change')}</Button>
        </p>
      )}
    </div>
  );
}
