import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { packAll } from './packed/pack.ts';
import { publication } from './packed/publication.ts';
import { readOptions } from './read-options.ts';

const usage = `Builds and packs every published package, as a registry would receive it.

  pnpm archives [--to <folder>]

  --to <folder>  where the archives go (dist/archives)
  --help         print this
`;

const { to = 'dist/archives' } = readOptions(usage, { to: { type: 'string' } });
mkdirSync(to, { recursive: true });
for (const { file } of packAll({ ...publication(), to: resolve(to) })) process.stdout.write(`${file}\n`);
