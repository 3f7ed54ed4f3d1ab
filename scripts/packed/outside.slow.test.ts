import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { root } from '../start/settings.ts';
import { createOutsideProject, type OutsideProject } from './outside-project.ts';
import { packAll, type Archive } from './pack.ts';

/*
 * The packages as another team gets them: packed and installed by npm into an empty project outside this workspace,
 * with the app of "Permissions in ten minutes" in it.
 */
const example = join(root, 'examples/ten-minutes');
const toolkit = join(root, 'packages/permissions');
const patience = { timeout: 300_000 };
const megabyte = 1024 * 1024;

let archives: readonly Archive[];
const folder = mkdtempSync(join(tmpdir(), 'latchkey-archives-'));
const toolkitArchives = (): Archive[] =>
  archives.filter(({ name }) => /^@latchkey\/perm(issions|it-engine)$/.test(name));

beforeAll(() => {
  // Its peers are large, and it loads only in a bundler: next.slow.test.ts builds an app with it.
  archives = packAll(folder).filter(({ name }) => name !== '@latchkey/next');
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const Manifest = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
  peerDependenciesMeta: z.unknown().optional(),
});
const manifestIn = (path: string) =>
  Manifest.parse(JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')));
/** The versions that a package of this workspace has installed. */
const versionsIn = (path: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, manifestIn(join(path, 'node_modules', name)).version]));

describe('the app of the guide', () => {
  let project: OutsideProject;
  beforeAll(async () => {
    const { dependencies } = manifestIn(example);
    const types = ['@types/express', '@types/node', '@types/react', '@types/react-dom'];
    const ofApp = [...Object.keys(dependencies), ...types].filter((name) => !name.startsWith('@latchkey/'));
    // Peers of the other entry points; vitest is large, and only its types are imported.
    const peers = Object.keys(manifestIn(toolkit).peerDependencies).filter((name) => name !== 'vitest');
    // The guide's app uses one tRPC version throughout: the newest for React, which is the oldest that the toolkit
    // supports.
    const { '@trpc/react-query': trpc = '' } = versionsIn(example, ['@trpc/react-query']);
    project = await createOutsideProject(archives, {
      ...versionsIn(toolkit, peers),
      ...versionsIn(example, ofApp),
      '@trpc/client': trpc,
      '@trpc/server': trpc,
      '@trpc/tanstack-react-query': trpc,
      permitio: '^2.7.0',
      undici: '^8.0.0',
      ...versionsIn(root, ['typescript']),
      'typescript-5.4': 'npm:typescript@~5.4.0',
      'typescript-5.9': 'npm:typescript@~5.9.0',
    });
    cpSync(join(example, 'src'), join(project.folder, 'src'), {
      recursive: true,
      filter: (file) => !/\.test\.tsx?$/.test(file),
    });
    cpSync(join(example, 'permit.yaml'), join(project.folder, 'permit.yaml'));
    project.write('src/misspelled.ts', misspelled);
    project.write('src/gated-call.ts', gatedCall);
    project.write('src/other-client.ts', otherClient);
    project.write('src/failures.ts', failures);
    project.write('require-all.cjs', requireAll);
    project.write('tsconfig.json', JSON.stringify(tsconfig));
  }, 300_000);
  afterAll(() => project.remove());

  test.each(['typescript-5.4', 'typescript-5.9', 'typescript'])(
    '%s type-checks it with module resolution for bundlers and for Node',
    patience,
    async (compiler) => {
      const tsc = ['node_modules', compiler, 'bin/tsc'].join('/');
      const check = (module: string, resolution: string) =>
        project.run('node', [tsc, '-p', '.', '--module', module, '--moduleResolution', resolution]);
      expect(await Promise.all([check('esnext', 'bundler'), check('nodenext', 'nodenext')])).toEqual([
        '',
        '',
      ]);
    },
  );

  test('CommonJS can require every entry point of every package', patience, async () => {
    const names = archives.map(({ name }) => name);
    const printed = await project.run('node', ['require-all.cjs', ...names]);
    expect(printed).toMatch(/permissions\/trpc: .*createGates/);
    expect(printed).toMatch(/permit-emulator: .*start/);
  });

  test('an archive declares version ranges, optional peers, and no bundled dependency', () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = manifestIn(
      join(project.folder, 'node_modules/@latchkey/permissions'),
    );
    expect(dependencies).toEqual({
      '@latchkey/permit-engine': expect.stringMatching(/^\^\d/),
      '@standard-schema/spec': expect.stringMatching(/^\^\d/),
    });
    expect(peerDependencies).toMatchObject({ react: '*', undici: '*' });
    expect(peerDependenciesMeta).toMatchObject({ react: { optional: true }, undici: { optional: true } });
  });

  test('an archive imports only what it declares, and its maps contain their sources', () => {
    const faults = archives.flatMap(({ name }) => {
      const path = join(project.folder, 'node_modules', name);
      const { dependencies, peerDependencies } = manifestIn(path);
      const declared = new Set([name, ...Object.keys({ ...dependencies, ...peerDependencies })]);
      const imported = globSync('dist/**/*.{js,d.ts}', { cwd: path }).flatMap((file) =>
        importsIn(readFileSync(join(path, file), 'utf8')),
      );
      const maps = globSync('dist/**/*.map', { cwd: path }).filter((map) => {
        const { sources, sourcesContent } = SourceMap.parse(
          JSON.parse(readFileSync(join(path, map), 'utf8')),
        );
        return sources.length !== sourcesContent.length;
      });
      return [...imported.filter((dependency) => !declared.has(dependency)), ...maps].map(
        (fault) => `${name}: ${fault}`,
      );
    });
    expect(faults).toEqual([]);
  });

  test('every file that a README links to is in its archive', () => {
    const dead = archives.flatMap(({ name }) => {
      const path = join(project.folder, 'node_modules', name);
      const readme = readFileSync(join(path, 'README.md'), 'utf8');
      return [...readme.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => globSync(target, { cwd: path }).length === 0)
        .map((target) => `${name}: ${target}`);
    });
    expect(dead).toEqual([]);
  });

  test(
    'the installed programs of both emulators and the CLI run, and a gated call gets its answer',
    patience,
    async () => {
      const ports = ['--port', '0', '--json'];
      const permit = Permit.parse(
        JSON.parse(
          await project.start('permit-emulator', [
            ...ports,
            '--pdp-port',
            '0',
            '--opa-port',
            'off',
            '--seed',
            'permit.yaml',
          ]),
        ),
      );
      const { issuer } = Logto.parse(JSON.parse(await project.start('logto-emulator', ports)));
      expect(issuer).toMatch(/\/oidc$/);
      const env = {
        PERMIT_API_URL: permit.url,
        PERMIT_PDP_URL: permit.pdpUrl,
        PERMIT_API_KEY: permit.keys.environment,
        LATCHKEY_TABLE: 'src/policy.ts',
      };
      expect(await project.run('latchkey', ['policy', 'apply'], env)).toContain('+ resource documents');
      expect(await project.run('latchkey', ['policy', 'plan'], env)).toContain('No changes');
      expect(await project.run('latchkey', ['doctor'], env)).toContain('PDP: knows the table');
      expect(JSON.parse(await project.run('node', ['src/gated-call.ts'], env))).toEqual({
        ann: ['Plans'],
        bob: [],
        refused: 'FORBIDDEN',
      });

      const printed = await project.run('sh', ['-c', 'node src/failures.ts 2>&1'], env);
      const message = 'Permissions cannot be checked right now.';
      // tRPC sends no header.
      const unavailable = ['1', null].map((retryAfter) => ({ status: 503, retryAfter, message }));
      const denied = { status: 403, retryAfter: null, message: 'Permission documents:edit is missing.' };
      expect(JSON.parse(/^\{.*\}$/m.exec(printed)?.[0] ?? '')).toEqual({
        byRow: { draft: [403, 403], published: [200, 200] },
        denied: [denied, denied],
        outages: [401, 403, 429].map(() => unavailable),
        wrongKey: {
          status: 503,
          retryAfter: null,
          message: 'Permissions cannot be read or changed right now.',
        },
      });
      expect(
        [...printed.matchAll(/^Permissions cannot be checked.* answers (\d+)/gm)].map(([, status]) => status),
      ).toEqual(['401', '403', '429']);
    },
  );
});

test(
  'npm installs the toolkit beside old versions of its peers, and an entry point that needs a newer one says so',
  patience,
  async () => {
    const project = await createOutsideProject(toolkitArchives(), oldVersions);
    try {
      const evaluate = (code: string) => project.run('node', ['--input-type=module', '--eval', code]);
      const entries = ['express', 'testing', 'drizzle', 'kysely', 'react', 'policy', 'permit', 'trpc'];
      await evaluate(entries.map((entry) => `await import('@latchkey/permissions/${entry}');`).join('\n'));
      await expect(
        evaluate(
          `import { createHttpClient } from '@latchkey/permissions/permit'; createHttpClient('http://localhost', 1);`,
        ),
      ).rejects.toThrow('createHttpClient needs undici 7 or later');
      await expect(
        evaluate(
          `import { createGates } from '@latchkey/permissions/trpc'; import { initTRPC } from '@trpc/server'; createGates(initTRPC.create().procedure);`,
        ),
      ).rejects.toThrow('createGates needs @trpc/server 11.2 or later');
    } finally {
      await project.remove();
    }
  },
);

test('the CLI brings what it needs, and nothing of the operator', patience, async () => {
  const cli = archives.filter(({ name }) => name === '@latchkey/cli');
  const project = await createOutsideProject([...toolkitArchives(), ...cli], {});
  try {
    const operators = ['@latchkey/directory-sync', '@trpc/server', '@trpc/client', 'eventsource', 'pg'];
    expect(operators.filter((name) => existsSync(join(project.folder, 'node_modules', name)))).toEqual([]);
    project.write(
      'policy.ts',
      `export const policy = { resources: { records: { actions: ['view'] } }, roles: { doctor: { permissions: '*' } }, defaultRole: 'doctor' };`,
    );
    const table = {
      LATCHKEY_TABLE: 'policy.ts',
      PERMIT_API_URL: 'http://127.0.0.1:9',
      PERMIT_API_KEY: 'key',
    };
    expect(await project.run('latchkey', ['policy', 'matrix'], table)).toContain('records:view');
    // Its requests reach the network: permitio is installed.
    await expect(project.run('latchkey', ['policy', 'plan'], table)).rejects.toThrow('ECONNREFUSED');
    await expect(project.run('latchkey', ['sync', 'status'], table)).rejects.toThrow('unknown command');
  } finally {
    await project.remove();
  }
});

describe('the installed size', () => {
  test('without Permit: at most 5 MB, and an entry point without its peer names it', patience, async () => {
    const project = await createOutsideProject(toolkitArchives(), {});
    try {
      expect(project.installedSize()).toBeLessThan(5 * megabyte);
      const load = (entry: string) =>
        project.run('node', [
          '--input-type=module',
          '--eval',
          `await import('@latchkey/permissions${entry}')`,
        ]);
      await Promise.all(['', '/express', '/testing'].map(load));
      await expect(load('/trpc')).rejects.toThrow(`Cannot find package '@trpc/server'`);
      await expect(load('/react')).rejects.toThrow(`Cannot find package 'react'`);
      await expect(load('/permit')).rejects.toThrow(`Cannot find package 'undici'`);
    } finally {
      await project.remove();
    }
  });

  test('with Permit: at most 5 MB more than its SDK', patience, async () => {
    const needed = { permitio: '^2.7.0' };
    const [sdk, toolkit] = await Promise.all([
      createOutsideProject([], needed),
      createOutsideProject(toolkitArchives(), { ...needed, undici: '^8.0.0' }),
    ]);
    try {
      expect(toolkit.installedSize() - sdk.installedSize()).toBeLessThan(5 * megabyte);
    } finally {
      await Promise.all([sdk.remove(), toolkit.remove()]);
    }
  });
});

/** Peers as apps have them that use only other entry points. */
const oldVersions = {
  '@trpc/server': '11.0.0',
  'drizzle-orm': '~0.44.0',
  express: '^4.0.0',
  'fast-check': '^3.0.0',
  kysely: '~0.28.0',
  permitio: '~2.6.0',
  react: '~18.2.0',
  undici: '^6.0.0',
  vitest: '^3.0.0',
};

const Permit = z.object({
  url: z.string(),
  pdpUrl: z.string(),
  keys: z.object({ environment: z.string() }),
});
const Logto = z.object({ issuer: z.string() });
const SourceMap = z.object({ sources: z.array(z.string()), sourcesContent: z.array(z.string()) });

/** The packages that built code imports. */
function importsIn(code: string): string[] {
  const specifiers = [
    ...code.matchAll(/^(?:import|export) .*?from "([^".][^"]*)"|import\("([^".][^"]*)"\)/gm),
  ];
  return specifiers
    .map(([, fixed, dynamic]) => fixed ?? dynamic ?? '')
    .filter((specifier) => !specifier.startsWith('node:') && !builtinModules.includes(specifier))
    .map((specifier) =>
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/'),
    );
}

const tsconfig = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    jsx: 'react-jsx',
    types: ['node'],
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
  },
  include: ['src'],
};

/** `useGate` with the procedures of tRPC's other client for React. */
const otherClient = `
import { createPermissionsReact } from '@latchkey/permissions/react';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import type { policy } from './policy.ts';
import type { AppRouter } from './server/router.ts';

const { useTRPC } = createTRPCContext<AppRouter>();
const { useGate } = createPermissionsReact<typeof policy>();

export function useGates(id: string): readonly { readonly state: string }[] {
  const trpc = useTRPC();
  // @ts-expect-error -- a document has no such field
  useGate(trpc.get, { key: id });
  return [useGate(trpc.get, { id }), useGate(trpc.remove, { id }), useGate(trpc.list)];
}
`;

/** Shows that the types resolve: if they were `any`, the unused directives would be errors. */
const misspelled = `
import type { Permissions } from '@latchkey/permissions';
import type { PermitDirectory } from '@latchkey/permissions/permit';
import type { Permission, policy, Role } from './policy.ts';

export async function misspelled(permissions: Permissions<Permission, Role>): Promise<void> {
  await permissions.require('documents:view', 'draft');
  // @ts-expect-error -- the table has no such permission
  await permissions.require('documents:veiw', 'draft');
}

export async function misspelledWrites(directory: PermitDirectory<typeof policy>): Promise<void> {
  const ann = { user: 'ann', tenant: 'acme' };
  await directory.assignRole({ ...ann, role: 'owner', instance: 'documents:draft' });
  // @ts-expect-error -- the table has no such role
  await directory.assignRole({ ...ann, role: 'membr' });
  // @ts-expect-error -- the table has no such resource
  await directory.assignRole({ ...ann, role: 'owner', instance: 'document:draft' });
  await directory.link({ subject: 'folders:plans', relation: 'parent', object: 'documents:draft' }, 'acme');
  // @ts-expect-error -- the table has no such relation
  await directory.link({ subject: 'folders:plans', relation: 'parnt', object: 'documents:draft' }, 'acme');
}
`;

/** A route and a procedure that let errors through, and gates whose permission the document chooses. */
const failures = `
import { createPermissions } from '@latchkey/permissions';
import { any, createExpressGate } from '@latchkey/permissions/express';
import { createPermitDecider, createPermitDirectory } from '@latchkey/permissions/permit';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { z } from 'zod';
import { env } from './env.ts';
import { policy } from './policy.ts';
import { documentsOf, refOf, type Document } from './server/documents.ts';
import { appRouter } from './server/router.ts';
import { signUp } from './server/sign-up.ts';
import { permitted, router, signedIn } from './server/trpc.ts';

const { PERMIT_API_KEY: apiKey, PERMIT_API_URL: apiUrl, PERMIT_PDP_URL: url } = env;
const decider = createPermitDecider({ policy, url, apiKey, cache: { ttl: 0 }, deadline: 30_000 });
await signUp(createPermitDirectory({ policy, apiUrl, apiKey }), { subject: 'cid', tenant: 'acme' });
const permissions = createPermissions(decider, { subject: 'cid', tenant: 'acme' });
const wrongKey = createPermitDirectory({ policy, apiUrl, apiKey: 'permit_key_wrong' });

const statuses = ['draft', 'published'] as const;
for (const status of statuses) documentsOf('acme').set(status, { id: status, title: status, status });
const viewOrEdit = any('documents:view', 'documents:edit');
const requires = ({ status }: Document) => (status === 'draft' ? 'documents:edit' : 'documents:view');

const outsideRouter = router({
  edit: signedIn.query(async ({ ctx }) => { await ctx.permissions.require('documents:edit', 'draft'); }),
  open: permitted(viewOrEdit, z.object({ id: z.string() }), {
    load: ({ input }) => documentsOf('acme').get(input.id),
    requires,
    on: refOf,
  }).query(({ ctx }) => ctx.loaded.title),
  documents: appRouter,
});
const gate = createExpressGate({ permissionsOf: () => permissions });
const app = express()
  .use('/trpc', createExpressMiddleware({
    router: outsideRouter,
    createContext: () => ({ permissions, directory: wrongKey }),
  }))
  .get('/edit', async (_request, response) => {
    await permissions.require('documents:edit', 'draft');
    response.end();
  })
  .get(
    '/open/:id',
    gate(viewOrEdit, { load: ({ params }) => documentsOf('acme').get(String(params['id'])), requires, on: refOf }),
    (_request, response) => void response.send(response.locals.loaded.title),
  );
const server = app.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const address = server.address();
const origin = 'http://127.0.0.1:' + (typeof address === 'object' && address ? address.port : 0);

const call = async (path: string, init?: RequestInit) => {
  const response = await fetch(origin + path, init);
  const text = await response.text();
  const message: unknown = path.startsWith('/trpc') ? JSON.parse(text).error?.message : /(?<=Error: ).*?(?=<br>|<.pre>)/.exec(text)?.[0];
  return { status: response.status, retryAfter: response.headers.get('retry-after'), message };
};
const both = () => Promise.all(['/edit', '/trpc/edit'].map((path) => call(path)));
const open = async (id: string) => {
  const input = encodeURIComponent(JSON.stringify({ id }));
  return (await Promise.all(['/open/' + id, '/trpc/open?input=' + input].map((path) => call(path)))).map(({ status }) => status);
};

const byRow = { draft: await open('draft'), published: await open('published') };
const denied = await both();
const headers = { 'content-type': 'application/json' };
const create = { method: 'POST', headers, body: JSON.stringify({ title: 'Plans' }) };
const refusedWrite = await call('/trpc/documents.create', create);
const outages = [];
for (const status of [401, 403, 429]) {
  const fault = { method: 'POST', headers, body: JSON.stringify({ status }) };
  const { id } = await (await fetch(url + '/_emulator/faults', fault)).json();
  outages.push(await both());
  await fetch(url + '/_emulator/faults/' + id, { method: 'DELETE' });
}
console.log(JSON.stringify({ byRow, denied, outages, wrongKey: refusedWrite }));
server.close();
await decider.close();
`;

const gatedCall = `
import { createPermissions } from '@latchkey/permissions';
import { createPermitDecider, createPermitDirectory } from '@latchkey/permissions/permit';
import { TRPCError } from '@trpc/server';
import { env } from './env.ts';
import { policy } from './policy.ts';
import { appRouter } from './server/router.ts';
import { signUp } from './server/sign-up.ts';

const apiKey = env.PERMIT_API_KEY;
const decider = createPermitDecider({ policy, url: env.PERMIT_PDP_URL, apiKey });
const directory = createPermitDirectory({ policy, apiUrl: env.PERMIT_API_URL, apiKey, onChange: decider.invalidate });
const as = async (subject: string) => {
  await signUp(directory, { subject, tenant: 'acme' });
  return appRouter.createCaller({ permissions: createPermissions(decider, { subject, tenant: 'acme' }), directory });
};

const ann = await as('ann');
const bob = await as('bob');
const { id } = await ann.create({ title: 'Plans' });
const titles = (documents: readonly { title: string }[]) => documents.map(({ title }) => title);
const refused = await bob.remove({ id }).catch((error: unknown) => error);
console.log(JSON.stringify({
  ann: titles(await ann.list()),
  bob: titles(await bob.list()),
  refused: refused instanceof TRPCError ? refused.code : refused,
}));
await decider.close();
`;

const requireAll = `
for (const name of process.argv.slice(2)) {
  const { exports: entries } = require(name + '/package.json');
  for (const entry of Object.keys(entries).filter((entry) => !entry.endsWith('.json'))) {
    const exported = require(name + entry.slice(1));
    console.log(name + entry.slice(1) + ': ' + Object.keys(exported).join(', '));
  }
}
`;
