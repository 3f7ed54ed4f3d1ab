import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { root } from '../start/settings.ts';
import { createOutsideProject, type OutsideProject } from './outside-project.ts';
import { failures, gatedCall, misspelled, otherClient, requireAll, tsconfig } from './outside-sources.ts';
import { packAll, type Archive } from './pack.ts';

/*
 * The packages as another team gets them: packed, and installed by npm into an empty project outside this workspace.
 * The project has the app of "Permissions in ten minutes".
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
  // Not `@latchkey/next`: its peers are large, and it loads only in a bundler. next.slow.test.ts builds an app with it.
  archives = packAll(folder).filter(({ name }) => name !== '@latchkey/next');
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const Manifest = z.object({
  version: z.string(),
  exports: z.record(z.string(), z.unknown()).catch({}),
  dependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
  peerDependenciesMeta: z.unknown().optional(),
});
const manifestIn = (path: string) =>
  Manifest.parse(JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')));
const versionsIn = (path: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, manifestIn(join(path, 'node_modules', name)).version]));

describe('the app of the guide', () => {
  let project: OutsideProject;
  beforeAll(async () => {
    const { dependencies } = manifestIn(example);
    const types = ['@types/express', '@types/node', '@types/react', '@types/react-dom'];
    const ofApp = [...Object.keys(dependencies), ...types].filter((name) => !name.startsWith('@latchkey/'));
    // Peers of the other entry points, except vitest: it is large, and only its types are imported.
    const peers = Object.keys(manifestIn(toolkit).peerDependencies).filter((name) => name !== 'vitest');
    // The guide's app uses one version of tRPC for everything: the newest for React, and the oldest that the toolkit
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
    for (const seed of ['permit.yaml', 'logto.yaml']) cpSync(join(example, seed), join(project.folder, seed));
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

  test('the types of every entry point name only what they declare or import', patience, async () => {
    const imports = archives.flatMap(({ name }) =>
      Object.keys(manifestIn(join(project.folder, 'node_modules', name)).exports)
        .filter((entry) => !entry.endsWith('.json'))
        .map((entry) => `import '${name}${entry.slice(1)}';`),
    );
    project.write('types/every-entry-point.ts', imports.join('\n'));
    const words = ['types/every-entry-point.ts', '--ignoreConfig', '--noEmit', '--module', 'nodenext'];
    const printed = await project.run('tsc', words).catch(String);
    expect(printed.match(/^node_modules\/@latchkey\/.*Cannot find name.*/gm)).toBeNull();
  });

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

  test('compiler errors use the type names of the sources', () => {
    const renamed = archives.flatMap(({ name }) => {
      const files = globSync('dist/**/*.d.ts', { cwd: join(project.folder, 'node_modules', name) });
      const read = (file: string) => readFileSync(join(project.folder, 'node_modules', name, file), 'utf8');
      return files
        .filter((file) => /^export \{.* as \w[,; ]/m.test(read(file)))
        .map((file) => `${name}: ${file}`);
    });
    expect(renamed).toEqual([]);
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
      const seeded = await project.start('logto-emulator', [...ports, '--seed', 'logto.yaml']);
      const { issuer } = Logto.parse(JSON.parse(seeded));
      const tokens = await fetch(new URL('/_emulator/tokens', issuer), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"user":"ann","organizationId":"acme","resource":"https://documents.example"}',
      });
      expect(await tokens.json()).toHaveProperty('accessToken');
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
      // tRPC sends no `retry-after` header.
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

test('the CLI installs what it needs, and nothing that only operators need', patience, async () => {
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
    await expect(project.run('latchkey', ['doctor'], table)).rejects.toThrow('Permit API key');
    // The command reaches the network, so permitio is installed.
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

/** Old versions of the peers, as in apps that use only other entry points. */
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
