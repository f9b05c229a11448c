import react from '@vitejs/plugin-react';
import path from 'node:path';
import { defineConfig, type UserConfig } from 'vite';

/**
 * Makes web/dist, which the server serves. Nothing in it is inline, so that the strictest content security policy holds; while
 * developing (`vite web`), requests go on to the stand-in or to a server.
 */
export default defineConfig(({ command }) => {
  // What is built is for users, whatever the environment says: React has another self for developers.
  if (command === 'build') process.env.NODE_ENV = 'production';
  return settings;
});

const settings: UserConfig = {
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: path.join(import.meta.dirname, 'dist'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
  },
  server: { proxy: { '/v1': process.env.PLIMSOLL_SERVER ?? 'http://127.0.0.1:7466' } },
};
