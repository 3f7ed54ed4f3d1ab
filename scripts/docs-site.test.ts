import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { execFileSync } from 'node:child_process';
import { root } from './start/settings.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const pages = globSync(['*.md', 'docs/**/*.md'], {
  cwd: root,
  exclude: ['**/node_modules/**', '**/dist/**'],
});

/** The anchors that GitHub and the site generate for a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
const anchorsOf = (file: string): string[] =>
  [...read(file).matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** A page's links to files, except those in code. */
const linksOf = (file: string): string[] =>
  [
    ...read(file)
      .replaceAll(/^```.*?^```/gms, '')
      .matchAll(/\]\(([^()\s]+)\)/g),
  ]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

test('every link in the docs leads to an existing file and heading', () => {
  expect(pages.length).toBeGreaterThan(50);
  const broken = pages.flatMap((page) =>
    linksOf(page)
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        if (!existsSync(join(root, file))) return true;
        return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(anchor);
      })
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test("every guide is in the site's menu", () => {
  const menu = read('docs/.vitepress/config.ts');
  const guides = pages.filter((page) => page.startsWith('docs/guide/'));
  expect(guides.filter((page) => !menu.includes(`'${page.slice('docs/guide/'.length, -3)}'`))).toEqual([]);
});

const pictures = [...read('docs/guide/tour.md').matchAll(/\(\.\.\/images\/tour\/([\w-]+)\.png\)/g)].map(
  ([, name = '']) => name,
);

test('every picture of the tour exists, is used once, and is taken by the browser tests', () => {
  const images = readdirSync(join(root, 'docs/images/tour')).map((file) => file.replace(/\.png$/, ''));
  expect(images.toSorted()).toEqual(pictures.toSorted());
  const specs = readdirSync(join(root, 'e2e')).filter((file) => file.endsWith('.spec.ts'));
  const source = specs.map((file) => read(join('e2e', file))).join('\n');
  expect(pictures.filter((name) => !source.includes(`inspect('${name}'`))).toEqual([]);
});

const recipes = read('CONTRIBUTING.md').split('## Recipes')[1] ?? '';
const spans = [...recipes.matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? '');

test('every path in the recipes exists', () => {
  const paths = spans.filter((span) => /^(apps|packages|scripts|docs|deploy|e2e|bench)\/[^ *<]+$/.test(span));
  expect(paths.length).toBeGreaterThan(60);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('every identifier in the recipes is in the sources', () => {
  const names = [...new Set(spans.flatMap((span) => /^([A-Za-z]\w{3,})(\(|$)/.exec(span)?.[1] ?? []))];
  expect(names.length).toBeGreaterThan(25);
  const files = ['*.ts', '*.tsx', '*.json', ':!scripts/docs-site.test.ts'];
  const missing = names.filter((name) => {
    try {
      execFileSync('git', ['grep', '--quiet', '--word-regexp', name, '--', ...files], { cwd: root });
      return false;
    } catch {
      return true;
    }
  });
  expect(missing).toEqual([]);
});
