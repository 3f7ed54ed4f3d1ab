import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { root } from '../start/settings.ts';
import { publishedManifests } from './pack.ts';

const Files = z.record(z.string(), z.string()).default({});
const Manifest = z.object({
  name: z.string(),
  exports: Files,
  bin: Files,
  publishConfig: z.object({ exports: Files, bin: Files }),
});

/** `./src/trpc/index.ts` → `./dist/trpc/index.js` */
const builtFrom = (source: string): string => source.replace('./src/', './dist/').replace(/\.ts$/, '.js');

test('every entry point and program is published as built from its source, except private ones', () => {
  const unpublished = publishedManifests().flatMap((file) => {
    const { name, publishConfig, ...sources } = Manifest.parse(
      JSON.parse(readFileSync(join(root, file), 'utf8')),
    );
    const missing = (field: 'exports' | 'bin') =>
      Object.entries(sources[field]).filter(
        ([key, source]) => publishConfig[field][key] !== builtFrom(source),
      );
    return [...missing('exports'), ...missing('bin')].map(([key]) => `${name} ${key}`);
  });
  expect(unpublished).toEqual(['@latchkey/directory-sync ./testing']);
});
