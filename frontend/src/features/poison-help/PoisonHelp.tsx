import { useId } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import centres from './poison-centres.json';
import { CallLink } from './CallLink.tsx';
import { chooseRegion, lineName, useRegion } from './region.ts';
import styles from './PoisonHelp.module.css';

/** Whom to call and what to do when a mushroom was eaten. Always open: it is part of every answer. */
export function PoisonHelp() {
  const { t, i18n } = useTranslation();
  const region = useRegion();
  const id = useId();
  const names = new Intl.DisplayNames(i18n.language, { type: 'region' });
  const regions = centres.regions
    .map(({ code, name }) => ({ code, name: i18n.language === 'en' ? name : (names.of(code) ?? name) }))
    .sort((a, b) => a.name.localeCompare(b.name, i18n.language));
  return (
    <section className={styles.help} aria-labelledby={`${id}title`}>
      <h2 id={`${id}title`}>{t('poison.ifEaten')}</h2>
      <p className={styles.now}>
        <strong>{t('poison.callNow')}</strong> {t('poison.callNowWhy')}
      </p>

      <div className={styles.place}>
        <label htmlFor={`${id}region`}>{t('poison.where')}</label>
        <select id={`${id}region`} value={region?.code ?? ''} onChange={(event) => chooseRegion(event.target.value)}>
          <option value="" disabled>
            {t('poison.choose')}
          </option>
          {regions.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </div>

      <div aria-live="polite">
        {region ? (
          <ul role="list" className={styles.lines}>
            {region.lines.map((line) => (
              <li key={line.number}>
                <span>{lineName(line, region, t)}</span>
                <CallLink number={line.number} />
              </li>
            ))}
            {region.lines.every(({ number }) => number !== region.emergency) && (
              <li>
                <span>{t('poison.emergency')}</span>
                <CallLink number={region.emergency} />
              </li>
            )}
          </ul>
        ) : (
          <p>
            <Trans i18nKey="poison.elsewhere" components={{ directory: <a href={centres.elsewhere} /> }} />
          </p>
        )}
      </div>

      <ul className={styles.steps}>
        <li>{t('poison.vomit')}</li>
        <li>{t('poison.keep')}</li>
        <li>{t('poison.note')}</li>
      </ul>
      <p className={styles.checked}>
        <Trans
          i18nKey="poison.checked"
          values={{ gathered: centres.gathered }}
          components={{ check: <a href={region?.source ?? centres.elsewhere} /> }}
        />
      </p>
    </section>
  );
}
