import { useEffect, useRef } from 'react';
import { Link, NavLink, Outlet, ScrollRestoration, useLocation, useNavigation } from 'react-router';
import { PoisonStrip } from '../features/poison-help/PoisonStrip.tsx';
import styles from './Shell.module.css';

/** What is round every page: the way about, poison help, and what this must not be used for. */
export function Shell() {
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
        Skip to the content
      </a>
      <PoisonStrip />
      <header className={styles.header}>
        <Link className={styles.brand} to="/">
          <img className={styles.sign} src="/favicon.svg" alt="" width="34" height="34" />
          Mushroom identifier
        </Link>
        <nav className={styles.nav} aria-label="Main">
          <NavLink to="/" end>
            Identify
          </NavLink>
          <NavLink to="/species">Species</NavLink>
          <NavLink to="/trust">How far to trust this</NavLink>
        </nav>
      </header>
      <main id="main" className={styles.main} ref={main} tabIndex={-1} aria-busy={state === 'loading'}>
        <Outlet />
      </main>
      <footer className={styles.footer}>
        <p>
          <strong>Never eat a mushroom because of this page.</strong> A photo is not enough to rule out a deadly double;
          show the whole mushroom to somebody trained.
        </p>
        <nav aria-label="More">
          <Link to="/poison-help">Poison help</Link>
          <Link to="/models">The model</Link>
          <a href="/api/docs">For developers</a>
        </nav>
      </footer>
      <ScrollRestoration />
    </>
  );
}
