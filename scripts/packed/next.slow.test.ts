import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@latchkey/server-process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { root } from '../start/settings.ts';
import { createOutsideProject, type OutsideProject } from './outside-project.ts';
import { packAll } from './pack.ts';

/*
 * The app of the Next.js guide, built from the guide's code and the packed packages. It tests `@latchkey/next` by a
 * build, because @logto/next loads only in a bundler.
 */
const patience = { timeout: 900_000 };
const archives = mkdtempSync(join(tmpdir(), 'latchkey-archives-'));
const guide = readFileSync(join(root, 'docs/guide/nextjs.md'), 'utf8');
// Vitest sets its own BASE_URL.
const production = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', BASE_URL: undefined };
let project: OutsideProject;

const Versioned = z.object({ version: z.string() });
const versionOf = (name: string): string =>
  Versioned.parse(
    JSON.parse(readFileSync(join(root, 'examples/next/node_modules', name, 'package.json'), 'utf8')),
  ).version;

beforeAll(async () => {
  const packages = packAll(archives);
  const others = [
    'next',
    'react',
    'react-dom',
    '@logto/next',
    '@types/node',
    '@types/react',
    '@types/react-dom',
  ];
  project = await createOutsideProject(packages, {
    ...Object.fromEntries(others.map((name) => [name, versionOf(name)])),
    typescript: '7.0.2',
  });
  for (const { groups } of guide.matchAll(/^```\w* file=(?<file>\S+)\n(?<code>.*?)^```$/gms)) {
    const file = groups?.['file'] ?? '';
    if (file !== '.env' && !file.startsWith('parts/')) project.write(file, groups?.['code'] ?? '');
  }
  project.write('next.config.ts', standaloneConfig);
  for (const [file, code] of Object.entries(pagesOfAnn)) project.write(file, code);
}, patience.timeout);
afterAll(async () => {
  await project.remove();
  rmSync(archives, { recursive: true, force: true });
});

const standaloneConfig = `
import { withLatchkey } from '@latchkey/next/config';
export default withLatchkey({ output: 'standalone' });
`;

/**
 * Pages and a route handler beside the guide's app. Their visitor is always signed in, and their decisions are not
 * cached.
 */
const gate = `await permissions.require('reports:view');`;
const page = `
import { permissions } from '../../ann.ts';
export default async function Page() {
  ${gate}
  return <p>seen</p>;
}
export const dynamic = 'force-dynamic';
`;
const pagesOfAnn = {
  'src/ann.ts': `
import { createLatchkey } from '@latchkey/next';
import { createPermitDecider } from '@latchkey/permissions/permit';
import { policy } from './policy.ts';
export const { permissions } = createLatchkey({
  policy,
  session: async () => ({ iss: '', sub: 'ann', aud: '', exp: 0, iat: 0 }),
  decider: (defaults) => createPermitDecider({ ...defaults, deadline: 60_000, cache: { ttl: 0 } }),
});
`,
  'src/app/gated/page.tsx': page,
  'src/app/loading/page.tsx': page,
  'src/app/loading/loading.tsx': 'export default function Loading() { return <p>loading</p>; }',
  'src/app/bare/route.ts': `
import { permissions } from '../../ann.ts';
export async function GET() {
  ${gate}
  return Response.json([]);
}
`,
  'src/app/problems/route.ts': `
import { withProblems } from '@latchkey/next';
import { permissions } from '../../ann.ts';
export const GET = withProblems(async () => {
  ${gate}
  return Response.json([]);
});
`,
};

test(
  'builds without a secret; a server without secrets names each missing one and ends, also a standalone one',
  patience,
  async () => {
    expect(await project.run('next', ['build'], production)).toMatch(
      /Finished TypeScript[^]*ƒ \/api\/latchkey\/\[\.\.\.path\][^]*ƒ \/reports/,
    );
    const names = /BASE_URL is missing[^]*PERMIT_API_KEY is missing/;
    await expect(project.run('next', ['start', '--port', '0'], production)).rejects.toThrow(names);
    const standalone = { ...production, PORT: String(await freePort()) };
    await expect(project.run('node', ['.next/standalone/server.js'], standalone)).rejects.toThrow(names);
  },
);

const Permit = z.object({
  url: z.string(),
  pdpUrl: z.string(),
  keys: z.object({ environment: z.string() }),
});

test('a standalone server answers a denial and an outage as the guide says', patience, async () => {
  project.write(
    'permit.yaml',
    'resources: [{ key: reports, name: Reports, actions: { view: {}, create: {} } }]',
  );
  const words = ['--port', '0', '--pdp-port', '0', '--opa-port', 'off', '--seed', 'permit.yaml', '--json'];
  const permit = Permit.parse(JSON.parse(await project.start('permit-emulator', words)));
  const port = String(await freePort());
  const app = `http://127.0.0.1:${port}`;
  await project.start('node', ['.next/standalone/server.js'], {
    ...production,
    PORT: port,
    HOSTNAME: '127.0.0.1',
    BASE_URL: app,
    COOKIE_SECRET: 'any-text-of-32-characters-or-more',
    LOGTO_ENDPOINT: 'http://127.0.0.1:9',
    ...Object.fromEntries(secrets.map((name) => [name, name])),
    PERMIT_API_KEY: permit.keys.environment,
    PERMIT_API_URL: permit.url,
    PERMIT_PDP_URL: permit.pdpUrl,
  });
  const answerOf = async (path: string) => {
    const response = await fetch(`${app}${path}`);
    const { status, headers } = response;
    await response.text(); // The server does not stop while a response is unread.
    const after = headers.get('retry-after');
    return `${path} ${status} ${headers.get('content-type')?.split(';')[0]}${after === null ? '' : `, after ${after}`}`;
  };
  const answers = () => Promise.all(['/gated', '/loading', '/bare', '/problems', '/reports'].map(answerOf));
  // On a busy machine, the proxy's first answer may take longer than its deadline of a second.
  await expect
    .poll(() => answerOf('/reports').catch(() => ''), { timeout: 60_000 })
    .toBe('/reports 401 text/html');
  expect(await answers()).toEqual([
    '/gated 403 text/html',
    '/loading 200 text/html',
    '/bare 403 undefined',
    '/problems 403 application/problem+json',
    '/reports 401 text/html',
  ]);

  const fault = JSON.stringify({ path: '/allowed*', status: 503 });
  await fetch(`${permit.url}/_emulator/faults`, { method: 'POST', body: fault });
  // The proxy checks once a second.
  const outage = '/reports 503 text/html, after 1';
  await expect.poll(() => answerOf('/reports'), { timeout: 60_000 }).toBe(outage);
  expect(await answers()).toEqual([
    '/gated 500 text/html',
    '/loading 200 text/html',
    '/bare 500 undefined',
    '/problems 503 application/problem+json, after 1',
    outage,
  ]);
});

const secrets = [
  'LOGTO_APP_ID',
  'LOGTO_APP_SECRET',
  'LOGTO_M2M_APP_ID',
  'LOGTO_M2M_APP_SECRET',
  'LOGTO_WEBHOOK_SIGNING_KEY',
];

test('a misspelled permission does not build', patience, async () => {
  project.write('src/app/misspelled.ts', misspelled);
  await expect(project.run('next', ['build'], production)).rejects.toThrow(/reports:veiw/);
});

const misspelled = `
import { permissions } from '../latchkey.ts';
export const mayView = () => permissions.can('reports:veiw');
`;
