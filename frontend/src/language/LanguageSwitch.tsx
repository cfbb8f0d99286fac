import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage } from './language.ts';
import { LANGUAGES, type Language } from './preferred-language.ts';
import styles from './LanguageSwitch.module.css';

export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  const id = useId();
  return (
    <p className={styles.switch}>
      <label htmlFor={id}>{t('shell.language')}</label>
      <select id={id} value={i18n.language} onChange={({ target }) => void chooseLanguage(target.value as Language)}>
        {Object.entries(LANGUAGES).map(([language, name]) => (
          <option key={language} value={language} lang={language}>
            {name}
          </option>
        ))}
      </select>
    </p>
  );
}
