import { defineConfig } from 'vite';

const lab = 'http://127.0.0.1:8080';

export default defineConfig({
  root: 'client/page',
  base: './',
  build: {
    outDir: '../../dist/page',
    emptyOutDir: true,
    rolldownOptions: { input: ['client/page/index.html', 'client/page/race-frame.html'] },
    // The page's Content-Security-Policy allows no inline script.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 200,
  },
  server: {
    proxy: {
      '/v1': { target: lab, ws: true },
      '/docs': lab,
      '/healthz': lab,
    },
  },
});
