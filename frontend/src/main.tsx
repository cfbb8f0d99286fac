import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import '@fontsource/alegreya/latin-500-italic.css';
import './design/tokens.css';
import './design/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
