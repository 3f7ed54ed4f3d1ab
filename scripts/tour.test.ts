import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './start/settings.ts';

const page = readFileSync(join(root, 'docs/guide/tour.md'), 'utf8');
const pictures = [...page.matchAll(/\(\.\.\/images\/tour\/([\w-]+)\.png\)/g)].map(([, name = '']) => name);

test('every picture of the tour exists, is used once, and is taken by the browser tests', () => {
  const images = readdirSync(join(root, 'docs/images/tour')).map((file) => file.replace(/\.png$/, ''));
  expect(images.toSorted()).toEqual(pictures.toSorted());
  const specs = readdirSync(join(root, 'e2e')).filter((file) => file.endsWith('.spec.ts'));
  const source = specs.map((file) => readFileSync(join(root, 'e2e', file), 'utf8')).join('\n');
  expect(pictures.filter((name) => !source.includes(`inspect('${name}'`))).toEqual([]);
});
