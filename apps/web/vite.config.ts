import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
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

const isText = /\.(?:js|css|html|svg|json)$/;
/** A smaller file takes one packet either way. */
const worthwhile = 1_024;

/**
 * Writes `x.br` and `x.gz` beside each text file of the build. It takes more time than a request may, and is done once; the server sends
 * them as they are.
 */
function compressedFiles(): Plugin {
  return {
    name: 'compressed-files',
    apply: 'build',
    /** Not called for a build that stays in memory. */
    async writeBundle({ dir = '' }) {
      const entries = await readdir(dir, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && isText.test(entry.name));
      await Promise.all(files.map(({ parentPath, name }) => compress(join(parentPath, name))));
    },
  };
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length < worthwhile) return;
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  await Promise.all([writeFile(`${file}.br`, brotli), writeFile(`${file}.gz`, gzipped)]);
}
