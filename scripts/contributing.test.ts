import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const recipes = readFileSync(`${root}CONTRIBUTING.md`, 'utf8').split('## Recipes')[1] ?? '';
const spans = [...recipes.matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? '');

test('every path in the recipes exists', () => {
  const paths = spans.filter((span) => /^(apps|packages|scripts|docs|deploy|e2e|bench)\/[^ *<]+$/.test(span));
  expect(paths.length).toBeGreaterThan(60);
  expect(paths.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
});

test('every identifier in the recipes is in the sources', () => {
  const names = [...new Set(spans.flatMap((span) => /^([A-Za-z]\w{3,})(\(|$)/.exec(span)?.[1] ?? []))];
  expect(names.length).toBeGreaterThan(25);
  const files = ['*.ts', '*.tsx', '*.json', ':!scripts/contributing.test.ts'];
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
