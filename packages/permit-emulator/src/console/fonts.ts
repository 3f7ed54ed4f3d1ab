import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Hono } from 'hono';

const name = 'pretendardvariable-dynamic-subset.css';

/** One font for Latin and Korean, split into files of which a page loads only those it needs. */
export const fontStyle = `/_emulator/page/fonts/${name}`;

const headers = { 'cache-control': 'public, max-age=31536000, immutable' };

function file(...path: readonly string[]): Promise<Buffer<ArrayBuffer>> {
  const font = fileURLToPath(import.meta.resolve('pretendard/package.json'));
  return readFile(join(font, '../dist/web/variable', ...path));
}

export function mountFonts(app: Hono): void {
  app.get(
    fontStyle,
    async () => new Response(await file(name), { headers: { ...headers, 'content-type': 'text/css' } }),
  );
  app.get(
    '/_emulator/page/fonts/woff2-dynamic-subset/:file{[\\w.-]+\\.woff2}',
    async (context) =>
      new Response(await file('woff2-dynamic-subset', context.req.param('file')), {
        headers: { ...headers, 'content-type': 'font/woff2' },
      }),
  );
}
