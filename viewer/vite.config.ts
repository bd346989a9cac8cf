/**
 * Builds the page into dist/: relative addresses, so that it works under any path; hashed names for all but index.html
 * and public/.
 */

import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds negotiate and the service, as `make run` starts them. */
const SERVICES = 'http://localhost:8080';

export default defineConfig({
  base: './',
  build: {
    target: 'es2023',
    // From these versions on browsers have light-dark(), which the style sheet relies on.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // A module like the page: a file of its own, which a policy of worker-src 'self' allows.
  worker: { format: 'es' },
  server: {
    proxy: {
      '/negotiate': SERVICES,
      '/client': { target: SERVICES, ws: true },
    },
  },
  test: {
    include: ['tests/**/*.test.ts'],
    // A machine that has much else to do fails no test; one that hangs is ended.
    testTimeout: 60_000,
  },
});
