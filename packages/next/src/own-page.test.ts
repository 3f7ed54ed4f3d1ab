import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownPage } from './logto-session.ts';

const base = 'https://app.example';
const home = `${base}/`;

test.each([
  ['/reports?page=2#top', `${base}/reports?page=2#top`],
  ['reports', `${base}/reports`],
  [`${base}/reports`, `${base}/reports`],
  [undefined, home],
  [new FormData(), home],
  ['', home],
])('%j leads to the page %s', (path, page) => {
  expect(ownPage(path, base)).toBe(page);
});

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  'https:evil.example/..//@evil.example',
  'https://app.example.evil.example/',
  'https://app.example@evil.example/',
  'https://evil.example@app.example/',
  'http://app.example/',
  'https://app.example:8443/',
  'javascript:alert(1)',
  'data:text/html,x',
  'java\nscript:alert(1)',
  '/\t/evil.example',
  'blob:https://app.example/x',
])('%j does not lead to another origin', (path) => {
  expect(new URL(ownPage(path, base)).host).toBe('app.example');
  expect(ownPage(path, base)).toMatch(/^https:\/\/app\.example\//);
});

test('the page is on this origin, for any string', () => {
  const part = fc.constantFrom(
    '/',
    '\\',
    ':',
    '@',
    '//',
    'http',
    'https:',
    'evil.example',
    '\t',
    '..',
    '?',
    '#',
    ' ',
  );
  const text = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.array(part).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(
      text,
      fc.constantFrom(base, 'http://localhost:3000', 'https://app.example/under'),
      (path, baseUrl) => {
        const page = new URL(ownPage(path, baseUrl));
        expect(page.origin).toBe(new URL(baseUrl).origin);
        expect(page.href.startsWith(`${page.origin}/`)).toBe(true);
      },
    ),
  );
});
