import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve, type Served } from '../testing/serve.ts';
import { notFound, problem } from './problem.ts';
import { webApp } from './web-app.ts';

let folder: string;
let server: Served;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-web-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), 'the page');
  await writeFile(join(folder, 'icon.svg'), 'the icon');
  await writeFile(join(folder, 'assets/app.js'), 'the code');
  server = await serve(express().use(webApp(folder)).use(notFound).use(problem));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test.each([
  ['/', 200, 'the page', 'public, max-age=0'],
  ['/reports/1', 200, 'the page', 'public, max-age=0'],
  ['/icon.svg', 200, 'the icon', 'public, max-age=0'],
  ['/assets/app.js', 200, 'the code', 'public, max-age=31536000, immutable'],
  ['/assets/of-yesterday.js', 404, 'NOT_FOUND', null],
  ['/api/nothing', 404, 'NOT_FOUND', null],
])('%s is %i, %s, for %s', async (path, status, text, cached) => {
  const response = await fetch(`${server.url}${path}`);
  expect([response.status, response.headers.get('cache-control')]).toEqual([status, cached]);
  expect(await response.text()).toContain(text);
});
