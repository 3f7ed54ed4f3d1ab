import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { env } from './env.ts';

const served = {
  host: '127.0.0.1',
  port: env.WEB_PORT,
  // Logto knows this origin by its port; another one would end in a refused redirect.
  strictPort: true,
  proxy: { '/api': { target: env.SERVER_URL } },
};

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: served,
  preview: served,
  build: {
    target: 'baseline-widely-available',
    // Font subsets stay files: as data URIs they would be loaded whether or not their characters occur.
    assetsInlineLimit: 0,
    // Says which chunks a page needs: size-limit.ts reads it.
    manifest: true,
  },
});
