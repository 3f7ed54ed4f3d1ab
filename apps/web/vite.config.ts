import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { env } from './env.ts';

const served = {
  host: '127.0.0.1',
  port: env.WEB_PORT,
  // The redirect URI registered in Logto contains this port; with another port Logto rejects the sign-in.
  strictPort: true,
  proxy: { '/api': { target: env.SERVER_URL } },
};

/**
 * Logto's client imports jose, which only verifies the ID token that a sign-in or a refresh brings. It is loaded then, and
 * not with the first page.
 */
const joseOnDemand: Plugin = {
  name: 'jose-on-demand',
  apply: 'build',
  enforce: 'pre',
  async resolveId(source, importer) {
    if (source !== 'jose' || importer?.includes('/@logto/client/') !== true) return null;
    const jose = await this.resolve(source, importer, { skipSelf: true });
    return jose === null ? null : `\0jose-on-demand:${jose.id}`;
  },
  load(id) {
    if (!id.startsWith('\0jose-on-demand:')) return null;
    const jose = `(await import(${JSON.stringify(id.slice('\0jose-on-demand:'.length))}))`;
    return `
      export const jwtVerify = async (...args) => ${jose}.jwtVerify(...args);
      export const createRemoteJWKSet = (url) => {
        let keys;
        return async (...args) => (keys ??= ${jose}.createRemoteJWKSet(url))(...args);
      };
    `;
  },
};

export default defineConfig({
  plugins: [joseOnDemand, react(), tailwindcss()],
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
    // Lists the chunks that a page needs: .size-limit.ts reads it.
    manifest: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What every page needs in two files: smaller than in many, and the libraries stay in the browser's cache over our releases.
          groups: [
            { name: 'libraries', tags: ['$initial'], test: /node_modules/ },
            { name: 'every-page', tags: ['$initial'], test: /\/src\/(?!main\.tsx)/ },
          ],
        },
      },
    },
  },
});
