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
  proxy: Object.fromEntries(
    ['/api', '/mcp', '/.well-known/oauth-protected-resource'].map((path) => [
      path,
      { target: env.SERVER_URL },
    ]),
  ),
};

export default defineConfig({
  plugins: [react(), tailwindcss(), compressedFiles()],
  server: {
    ...served,
    fs: {
      // By default Vite serves the whole checkout, including the keys in DATA_DIR and .env, to any user of the machine.
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
    // Browsers without module preloading load each file when it is imported.
    modulePreload: { polyfill: false },
    // Lists the chunks of each page, for .size-limit.ts.
    manifest: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // One file for what every page needs and one for the console, instead of a hundred.
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
/** The minimum size in bytes of a file to compress. A smaller one fits in one packet even without compression. */
const worthwhile = 1_024;

/**
 * Writes `x.br` and `x.gz` beside each text file of the build, because compressing takes too long for a request. The
 * server sends them unchanged.
 */
function compressedFiles(): Plugin {
  return {
    name: 'compressed-files',
    apply: 'build',
    /** Not called for an in-memory build. */
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
