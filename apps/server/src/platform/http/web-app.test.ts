import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { serve } from '../../testing/serve.ts';
import { notFound, problem } from './problem.ts';
import { webApp } from './web-app.ts';

const folder = await mkdtemp(join(tmpdir(), 'latchkey-web-'));
await mkdir(join(folder, 'assets'));
await writeFile(join(folder, 'index.html'), 'the page');
await writeFile(join(folder, 'icon.svg'), 'the icon');
await writeFile(join(folder, 'assets/app.js'), 'the code');
await writeFile(join(folder, 'assets/app.js.br'), brotliCompressSync('the code'));
await writeFile(join(folder, 'assets/app.js.gz'), gzipSync('the code'));
await mkdir(join(folder, '.vite'));
await writeFile(join(folder, '.vite/manifest.json'), 'unused');
const server = await serve(express().use(webApp(folder)).use(notFound).use(problem));
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test.each([
  ['/', 200, 'the page', 'no-cache'],
  ['/reports/1', 200, 'the page', 'no-cache'],
  ['/icon.svg', 200, 'the icon', 'no-cache'],
  ['/assets/app.js', 200, 'the code', 'public,max-age=31536000,immutable'],
  ['/assets/%61pp.js', 200, 'the code', 'public,max-age=31536000,immutable'],
  ['/.vite/manifest.json', 200, 'the page', 'no-cache'],
  ['/..%2f..%2fetc%2fpasswd', 200, 'the page', 'no-cache'],
  ['/assets/..%2f..%2fetc%2fpasswd', 404, 'NOT_FOUND', null],
  ['/assets/%ff', 404, 'NOT_FOUND', null],
  ['/assets/of-yesterday.js', 404, 'NOT_FOUND', null],
  ['/api/nothing', 404, 'NOT_FOUND', null],
])('%s is %i, %s, for %s', async (path, status, text, cached) => {
  const response = await fetch(`${server.url}${path}`);
  expect([response.status, response.headers.get('cache-control')]).toEqual([status, cached]);
  expect(await response.text()).toContain(text);
});

test.each([
  ['br, gzip', 'br'],
  ['gzip', 'gzip'],
  ['identity', null],
])('a browser that accepts %s gets the file compressed by the build', async (accepted, encoding) => {
  const headers = { 'accept-encoding': accepted };
  const response = await fetch(`${server.url}/assets/app.js`, { headers });
  expect(response.headers.get('content-encoding')).toBe(encoding);
  expect(response.headers.get('content-type')).toMatch(/^text\/javascript/);
  expect(response.headers.get('vary')).toBe('Accept-Encoding');
  // `fetch` has already decompressed the body.
  expect(await response.text()).toBe('the code');
});

test('a cached file is not sent again, and only GET is served', async () => {
  const first = await fetch(`${server.url}/`);
  const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
  expect((await fetch(`${server.url}/`, { headers })).status).toBe(304);
  expect((await fetch(`${server.url}/reports`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${server.url}/reports`, { method: 'HEAD' })).status).toBe(200);
});
