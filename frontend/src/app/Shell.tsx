import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, ScrollRestoration, useLocation, useNavigation } from 'react-router';
import { PoisonStrip } from '../features/poison-help/PoisonStrip.tsx';
import { LanguageSwitch } from '../language/LanguageSwitch.tsx';
import styles from './Shell.module.css';

/** What is round every page: the way about, poison help, and what this must not be used for. */
export function Shell() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const { state } = useNavigation();
  const main = useRef<HTMLElement>(null);
  const firstPage = useRef(pathname);

  // A new page is announced by moving there, as a browser does; the page first opened is where one is anyway.
  useEffect(() => {
    if (pathname === firstPage.current) return;
    firstPage.current = '';
    main.current?.focus({ preventScroll: true });
  }, [pathname]);

  return (
    <>
      <a className={styles.skip} href="#main">
        {t('shell.skip')}
      </a>
      <PoisonStrip />
      <header className={styles.header}>
        <Link className={styles.brand} to="/">
          <img className={styles.sign} src="/favicon.svg" alt="" width="34" height="34" />
          {t('title')}
        </Link>
        <nav className={styles.nav} aria-label={t('shell.main')}>
          <NavLink to="/" end>
            {t('shell.identify')}
          </NavLink>
          <NavLink to="/species">{t('shell.species')}</NavLink>
          <NavLink to="/finds">{t('shell.finds')}</NavLink>
          <NavLink to="/trust">{t('shell.trust')}</NavLink>
        </nav>
      </header>
      <main id="main" className={styles.main} ref={main} tabIndex={-1} aria-busy={state === 'loading'}>
        <Outlet />
      </main>
      <footer className={styles.footer}>
        <p>
          <strong>{t('shell.never')}</strong> {t('shell.neverWhy')}
        </p>
        <nav aria-label={t('shell.more')}>
          <Link to="/poison-help">{t('shell.poisonHelp')}</Link>
          <Link to="/models">{t('shell.model')}</Link>
          <a href="/api/docs">{t('shell.developers')}</a>
          <LanguageSwitch />
        </nav>
      </footer>
      <ScrollRestoration />
    </>
  );
}
