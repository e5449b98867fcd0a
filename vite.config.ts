import { defineConfig } from 'vite';

/** The doctor's page: one html, one script, one sheet, nothing inline, nothing from outside. */
export default defineConfig({
  root: 'gateway/clinic/page',
  base: '/',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../../dist/page',
    emptyOutDir: true,
    target: 'chrome109',
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: false,
  },
});
