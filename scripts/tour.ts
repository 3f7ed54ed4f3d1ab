import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOptions } from './read-options.ts';
import { root } from './start/settings.ts';

const usage = `Takes the pictures of docs/guide/tour.md from the screenshots of the last full run of the browser tests.

  pnpm test --all --only browser && pnpm tour

  --help  print this
`;

readOptions(usage, {});
const screenshots = join(root, 'e2e/test-results/screenshots');
const images = join(root, 'docs/images/tour');
const page = readFileSync(join(root, 'docs/guide/tour.md'), 'utf8');
const names = [...page.matchAll(/\(\.\.\/images\/tour\/([\w-]+)\.png\)/g)].map(([, name = '']) => name);
const missing = names.filter((name) => !existsSync(join(screenshots, `${name}-desk-light.png`)));
if (missing.length > 0) {
  process.stderr.write(
    `No screenshots of ${missing.join(', ')}: run "pnpm test --all --only browser" first.\n`,
  );
  process.exitCode = 1;
} else {
  mkdirSync(images, { recursive: true });
  for (const name of names)
    copyFileSync(join(screenshots, `${name}-desk-light.png`), join(images, `${name}.png`));
  process.stdout.write(`${names.length} pictures.\n`);
}
