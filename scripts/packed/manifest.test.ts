import { expect, test } from 'vitest';
import { entriesOf, Manifest, publishedManifest } from './manifest.ts';
import { publishedReadme } from './published-readme.ts';

const manifest = Manifest.parse({
  name: '@latchkey/permissions',
  version: '1.2.3',
  type: 'module',
  exports: {
    '.': './src/index.ts',
    './react': './src/react/index.ts',
    './testing': './src/testing/index.ts',
  },
  bin: { program: './src/cli.ts' },
  dependencies: { '@latchkey/permit-engine': 'workspace:*', 'lru-cache': 'catalog:', undici: 'catalog:' },
  peerDependencies: { react: '>=18.2.0' },
  peerDependenciesMeta: { react: { optional: true } },
  packed: { inlined: ['lru-cache'], optional: { undici: '>=7.0.0' }, withheld: ['./testing'] },
});

const publish = (scope: string, repository?: string) =>
  publishedManifest(manifest, {
    scope,
    repository,
    folder: 'packages/permissions',
    versionOf: () => '4.5.6',
  });

test('builds every entry point and program, except private ones', () => {
  expect(entriesOf(manifest)).toEqual({
    index: './src/index.ts',
    'react/index': './src/react/index.ts',
    cli: './src/cli.ts',
  });
});

test('a registry receives built entry points with types, version ranges, and optional peers', () => {
  expect(publish('@latchkey')).toMatchObject({
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './react': { types: './dist/react/index.d.ts', default: './dist/react/index.js' },
      './package.json': './package.json',
    },
    bin: { program: './dist/cli.js' },
    dependencies: { '@latchkey/permit-engine': '^4.5.6' },
    peerDependencies: { react: '>=18.2.0', undici: '>=7.0.0' },
    peerDependenciesMeta: { react: { optional: true }, undici: { optional: true } },
  });
  expect(publish('@latchkey')).not.toHaveProperty(['exports', './testing']);
  expect(publish('@latchkey')).not.toHaveProperty(['dependencies', 'lru-cache']);
});

test('another scope renames the package and its workspace dependencies', () => {
  expect(publish('@acme')).toMatchObject({
    name: '@acme/permissions',
    dependencies: { '@acme/permit-engine': '^4.5.6' },
  });
});

test('includes the repository if it is known', () => {
  expect(publish('@acme')).not.toHaveProperty('repository');
  expect(publish('@acme', 'https://example.test/acme/latchkey')).toMatchObject({
    repository: {
      type: 'git',
      url: 'git+https://example.test/acme/latchkey.git',
      directory: 'packages/permissions',
    },
  });
});

test('README links to files outside the archive become links to the repository, or plain text', () => {
  const text =
    'See [the guide](../../docs/guide/a.md), [SUPPORTED](SUPPORTED.md) and [Permit](https://permit.io).';
  const place = { folder: 'packages/permissions', shipped: ['SUPPORTED.md'] };
  expect(publishedReadme(text, { ...place, repository: undefined })).toBe(
    'See the guide, [SUPPORTED](SUPPORTED.md) and [Permit](https://permit.io).',
  );
  expect(publishedReadme(text, { ...place, repository: 'https://example.test/acme' })).toBe(
    'See [the guide](https://example.test/acme/blob/main/docs/guide/a.md), [SUPPORTED](SUPPORTED.md) and [Permit](https://permit.io).',
  );
});
