import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { root } from './start/settings.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const rows = read('SECURITY.md')
  .split('\n')
  .filter((line) => line.startsWith('| **'))
  .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\||\|$/g, '').trim()));
const held = rows.flatMap(([threat = '', , tests = '']) =>
  tests.split('<br>').map((text) => ({ threat, text, link: /^\[[^\]]+\]\((.+)\): "(.+)"$/.exec(text) })),
);

test('the tests named for each threat exist', () => {
  expect(rows.length).toBeGreaterThan(20);
  const missing = held.filter(({ link }) => {
    const [, file = '', name = ''] = link ?? [];
    if (link === null) return true;
    const source = read(file);
    return !["'", '`', '"'].some((quote) => source.includes(`${quote}${name}${quote},`));
  });
  expect(missing.map(({ threat, text }) => `${threat}: ${text}`)).toEqual([]);
});

/** The files with outgoing calls, and what sets each address. None comes from user input, a token or a delivery. */
const callers: Readonly<Record<string, string>> = {
  'apps/server/src/authentication/key-set.ts': 'LOGTO_ENDPOINT',
  'apps/server/src/platform/bus/open-bus.ts': 'DATABASE_URL',
  'apps/server/src/platform/database/open-database.ts': 'DATABASE_URL',
  'apps/server/src/features/sync/worker/sync-queues.ts': 'DATABASE_URL',
  'apps/server/src/features/notices/send-email.ts': 'SMTP_URL',
  'apps/server/src/platform/http/post-signed.ts': 'AUDIT_STREAM_URL, REQUESTS_WEBHOOK_URL',
  'packages/environment/src/development-values.ts': 'LOGTO_ENDPOINT on this machine',
  'packages/permissions/src/permit/client/http-client.ts': 'LOGTO_ENDPOINT',
  'packages/permissions/src/permit/client/sdk-transport.ts': 'PERMIT_API_URL',
  'packages/permissions/src/permit/pdp-client.ts': 'PERMIT_PDP_URL',
  'packages/permissions/src/react/create-fetch-ask.ts': 'the page itself, in the browser',
};

test('the server makes outgoing calls only from these files, to addresses that the operator sets', () => {
  const sources = globSync(
    ['apps/server/src/**/*.ts', 'packages/{directory-sync,permissions,policy,environment}/src/**/*.ts'],
    { cwd: root, exclude: (name) => /\.test\.ts$|testing/.test(name) },
  );
  expect(sources.length).toBeGreaterThan(300);
  const outgoing =
    /\bfetch\(|from '(?:undici|nodemailer|pg-boss|permitio)'|import\('permitio'\)|import \{[^}]*\b(?:request|connect|Agent)\b[^}]*\} from 'node:|createRemoteJWKSet\(|new (?:Client|Pool)\(/;
  const calling = sources.filter((file) => {
    const source = read(file).replaceAll(/^import type .*$/gm, '');
    return outgoing.test(source);
  });
  expect(calling.toSorted()).toEqual(Object.keys(callers).toSorted());
});

const Versions = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

test('the package manager is pinned, and new versions of dependencies must have a minimum age', () => {
  expect(read('package.json')).toMatch(/"packageManager": "pnpm@\d+\.\d+\.\d+\+sha512\.[\da-f]{128}"/);
  const [, minutes] = /^minimumReleaseAge: (\d+)$/m.exec(read('pnpm-workspace.yaml')) ?? [];
  expect(Number(minutes)).toBeGreaterThanOrEqual(1_440);
});

test('versions are exact, and only listed packages run install scripts', () => {
  const workspace = read('pnpm-workspace.yaml');
  const [, catalog = ''] = /^catalog:\n((?: {2}.*\n?)+)/m.exec(workspace) ?? [];
  const inexact = catalog
    .trimEnd()
    .split('\n')
    .filter((line) => !/: (?:npm:(?:@[\w-]+\/)?[\w-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(line));
  expect(catalog.split('\n').length).toBeGreaterThan(50);
  expect(inexact).toEqual([]);
  const manifests = globSync(
    ['package.json', '{apps,packages,examples}/*/package.json', 'e2e/package.json'],
    { cwd: root },
  );
  const others = manifests.flatMap((file) => {
    const { dependencies, devDependencies } = Versions.parse(JSON.parse(read(file)));
    return Object.entries({ ...dependencies, ...devDependencies })
      .filter(([, version]) => !/^(?:catalog:|workspace:|link:|\d+\.\d+\.\d+$)/.test(version))
      .map(([name, version]) => `${file}: ${name}@${version}`);
  });
  // A peer dependency: the package uses the zod of the app that installs it.
  expect(others).toEqual(['packages/permissions/package.json: zod@^3.25.0 || ^4.0.0']);
  const [, builds = ''] = /^onlyBuiltDependencies:\n((?: {2}- .*\n?)+)/m.exec(workspace) ?? [];
  const allowed = builds
    .trim()
    .split('\n')
    .map((line) => line.replaceAll(/[-' ]/g, ''));
  expect(allowed.filter((name) => !/^(?:node|esbuild|@embeddedpostgres\/)/.test(name))).toEqual([]);
});
