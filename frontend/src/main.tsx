import './design/tokens.css';
import './design/base.css';
import './first-screen/first-screen.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { UpdateNotice } from './offline/UpdateNotice.tsx';
import { showIn } from './language/language.ts';
import { preferredLanguage } from './language/preferred-language.ts';

// The typefaces are as heavy as a fifth of all the rest. The service worker fetches them when the first page is there; until
// then, the device's own do.
const typefacesAreHere = Boolean(navigator.serviceWorker?.controller);
if (typefacesAreHere || !window.isSecureContext || import.meta.env.DEV) void import('./design/fonts.ts');

// In the reader's language from the first word on; where its words can't be fetched, in English. Until then, what is seen
// is the HTML's (first-screen.plugin.ts).
if (!(await showIn(preferredLanguage()))) await showIn('en');

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
    <UpdateNotice />
  </StrictMode>,
);
