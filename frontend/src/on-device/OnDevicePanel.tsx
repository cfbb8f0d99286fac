import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/Button.tsx';
import { useFormats } from '../language/useFormats.ts';
import { setKeepPhotosOnDevice, useKeepPhotosOnDevice } from './keep-on-device.ts';
import { servedModelSizeQuery } from './model-size.api.ts';
import { cancelPreparing, prepareOnDevice, useOnDeviceStatus } from './on-device-status.ts';
import styles from './OnDevicePanel.module.css';

// A failure is shown by the status.
const prepare = () => void prepareOnDevice().catch(() => undefined);

/** Where photos are looked at: the switch that keeps them here, and what is needed for it. */
export function OnDevicePanel({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const id = useId();
  const keep = useKeepPhotosOnDevice();
  const status = useOnDeviceStatus();
  const asks = status?.state === 'absent' || status?.state === 'ready';
  const { data: served } = useQuery({ ...servedModelSizeQuery, enabled: asks });
  const megabytes = (bytes: number) => number(bytes / 1e6, 1);

  if (!status) return null;
  if (status.state === 'unsupported') return <p className={styles.panel}>{t(`device.unsupported.${status.why}`)}</p>;
  const isNewer = status.state === 'ready' && served && served.model.version !== status.model.version;
  return (
    <section className={styles.panel} aria-label={t('device.label')}>
      <label className={styles.keep} htmlFor={`${id}keep`}>
        <input
          id={`${id}keep`}
          type="checkbox"
          role="switch"
          checked={keep}
          disabled={disabled}
          onChange={({ target }) => {
            setKeepPhotosOnDevice(target.checked);
            if (target.checked && status.state !== 'ready') prepare();
          }}
        />
        {t('device.keep')}
      </label>
      {status.state === 'absent' && (
        <>
          <p>{t('device.absent')}</p>
          <Button onClick={prepare}>
            {served ? t('device.fetchSized', { megabytes: megabytes(served.bytes) }) : t('device.fetch')}
          </Button>
        </>
      )}
      {status.state === 'preparing' && (
        <>
          <p>
            <label htmlFor={`${id}progress`}>
              {status.total > 0
                ? t('device.fetchingSized', { loaded: megabytes(status.loaded), total: megabytes(status.total) })
                : t('device.fetching')}
            </label>
            <progress
              id={`${id}progress`}
              max={1}
              value={status.total > 0 ? status.loaded / status.total : undefined}
            />
          </p>
          <Button onClick={cancelPreparing}>{t('device.cancel')}</Button>
        </>
      )}
      <p role="status">
        {status.state === 'ready' && t('device.ready', { version: status.model.version })}
        {status.state === 'failed' && `${t(`problem.title.${status.code}`)}.`}
      </p>
      {status.state === 'failed' && <Button onClick={prepare}>{t('device.again')}</Button>}
      {isNewer && (
        <Button onClick={prepare}>
          {t('device.newer', { version: served.model.version, megabytes: megabytes(served.bytes) })}
        </Button>
      )}
    </section>
  );
}
