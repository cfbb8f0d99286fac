import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Page.module.css';

interface PageProps {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
}

/** A page's frame: its name in the tab and in the first heading, a sentence, and what it holds. */
export function Page({ title, lead, children }: PageProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.page}>
      <title>{`${title} · ${t('title')}`}</title>
      <header className={styles.head}>
        <h1>{title}</h1>
        {lead && <p className={styles.lead}>{lead}</p>}
      </header>
      {children}
    </div>
  );
}
