import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const css = 'pretendardvariable-dynamic-subset.css';

/** Where an emulator serves fonts. */
export const fontPath = '/_emulator/page/fonts/';

/** One font for Latin and Korean, split into files of which a page loads only those it needs. */
export const fontStyle = fontPath + css;

/** Reads a file of the font. `name` is what follows `fontPath`; undefined when it is not one of them. */
export async function readFont(
  name: string,
): Promise<{ headers: Record<string, string>; body: Buffer<ArrayBuffer> } | undefined> {
  if (name !== css && !/^woff2-dynamic-subset\/[\w.-]+\.woff2$/.test(name)) return undefined;
  const folder = fileURLToPath(new URL('dist/web/variable', import.meta.resolve('pretendard/package.json')));
  const type = name === css ? 'text/css' : 'font/woff2';
  return {
    headers: { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' },
    body: await readFile(join(folder, name)),
  };
}
