import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressedFiles } from './compressed-files.ts';
import { env } from './env.ts';

const served = {
  host: '127.0.0.1',
  port: env.WEB_PORT,
  // The redirect URI registered in Logto contains this port; with another port Logto rejects the sign-in.
  strictPort: true,
  proxy: { '/api': { target: env.SERVER_URL } },
};

export default defineConfig({
  plugins: [react(), tailwindcss(), compressedFiles()],
  server: {
    ...served,
    fs: {
      // Vite's default is the whole checkout, in which DATA_DIR and .env hold keys and passwords. Any user of the machine can ask.
      allow: [
        '.',
        '../../packages/permissions/src',
        '../../packages/permit-engine/src',
        '../../packages/policy/src',
        '../../node_modules/.pnpm',
      ],
    },
  },
  preview: served,
  build: {
    target: 'baseline-widely-available',
    // Font subsets stay files: as data URIs they would be loaded whether or not their characters are used.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    // A browser that does not know the link loads the file when it is imported.
    modulePreload: { polyfill: false },
    // Lists the chunks of each page, for .size-limit.ts.
    manifest: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What every page needs, and what every page of the console needs: two files instead of a hundred.
          groups: [
            {
              name: 'page',
              test: /\/src\/(?:begin|features\/landing\/landing-page)\.tsx?$/,
              priority: 1,
            },
            { name: 'console', test: /\/src\/(?:start|layout\/layout)\.tsx$/ },
          ],
        },
      },
    },
  },
});
