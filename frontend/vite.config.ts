import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    // The service's Content-Security-Policy has no `data:` for fonts and scripts, so nothing is inlined.
    assetsInlineLimit: 0,
  },
  server: {
    // In development the page comes from here and everything else from the running service.
    proxy: { '/api': 'http://localhost:8080' },
  },
});
