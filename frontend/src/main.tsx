import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import '@fontsource/alegreya/latin-500-italic.css';
import './design/tokens.css';
import './design/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { UpdateNotice } from './offline/UpdateNotice.tsx';
import { preferredLanguage, showIn } from './language/language.ts';

// In the reader's language from the first word on; where its words can't be fetched, in English.
if (!(await showIn(preferredLanguage()))) await showIn('en');

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
    <UpdateNotice />
  </StrictMode>,
);
