import { z } from 'zod';

const Names = z.record(z.string(), z.string());

/** What packing reads of a package's `package.json`. `exports` and `bin` name TypeScript sources: the workspace runs those. */
export const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string().optional(),
  license: z.string().optional(),
  type: z.literal('module'),
  sideEffects: z.boolean().optional(),
  engines: Names.optional(),
  exports: Names.default({}),
  bin: Names.default({}),
  dependencies: Names.default({}),
  peerDependencies: Names.default({}),
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean() })).default({}),
  /** How the published package differs from the one in the workspace. */
  packed: z
    .strictObject({
      /** Dependencies that are built into `dist`, so that their versions and their size concern nobody else. */
      inlined: z.array(z.string()).default([]),
      /** Dependencies that only some entry points need, with their range: published as optional peers. */
      optional: Names.default({}),
      /** Entry points for this workspace only. */
      withheld: z.array(z.string()).default([]),
    })
    .prefault({}),
});
export type Manifest = z.output<typeof Manifest>;

/** Source files that the build starts from, by the name of their output in `dist`: one for each entry point and program. */
export function entriesOf(manifest: Manifest): Record<string, string> {
  const sources = [...Object.values(doorsOf(manifest)), ...Object.values(manifest.bin)];
  return Object.fromEntries(sources.map((source) => [outputOf(source), source]));
}

/** Where and as what a package is published. */
export interface Publication {
  /** The npm scope, `@latchkey`. */
  readonly scope: string;
  /** The repository's URL, which provenance is checked against; absent when nobody has said it. */
  readonly repository: string | undefined;
  /** The package's folder in the repository, `packages/permissions`. */
  readonly folder: string;
  /** The version of a dependency that the workspace is tested with. */
  readonly versionOf: (dependency: string) => string;
}

/** The `package.json` that a registry receives: built files for sources, ranges for the workspace's exact versions. */
export function publishedManifest(manifest: Manifest, publication: Publication): Record<string, unknown> {
  const { name, version, description, license, type, sideEffects, engines, packed } = manifest;
  const { scope, repository, folder, versionOf } = publication;
  const inherited = Object.keys(manifest.dependencies).filter(
    (dependency) => !packed.inlined.includes(dependency) && packed.optional[dependency] === undefined,
  );
  const optional = Object.fromEntries(
    Object.keys(packed.optional).map((dependency) => [dependency, { optional: true }]),
  );
  return {
    name: scoped(name, scope),
    version,
    description,
    license,
    ...(repository === undefined
      ? {}
      : { repository: { type: 'git', url: `git+${repository}.git`, directory: folder } }),
    type,
    sideEffects,
    engines,
    exports: {
      ...mapValues(doorsOf(manifest), (source) => ({
        types: `./dist/${outputOf(source)}.d.ts`,
        default: `./dist/${outputOf(source)}.js`,
      })),
      './package.json': './package.json',
    },
    bin: mapValues(manifest.bin, (source) => `./dist/${outputOf(source)}.js`),
    dependencies: Object.fromEntries(
      inherited.map((dependency) => [scoped(dependency, scope), `^${versionOf(dependency)}`]),
    ),
    peerDependencies: { ...manifest.peerDependencies, ...packed.optional },
    peerDependenciesMeta: { ...manifest.peerDependenciesMeta, ...optional },
    publishConfig: { access: 'public' },
  };
}

/** The workspace's own scope, in a name or anywhere in a text, becomes the scope that is published under. */
export function scoped(text: string, scope: string): string {
  return text.replaceAll('@latchkey/', `${scope}/`);
}

/** The entry points that a registry gets. */
function doorsOf({ exports, packed }: Manifest): Record<string, string> {
  return Object.fromEntries(Object.entries(exports).filter(([entry]) => !packed.withheld.includes(entry)));
}

/** `./src/trpc/index.ts` → `trpc/index`. */
function outputOf(source: string): string {
  return source.replace(/^\.\/src\//, '').replace(/\.tsx?$/, '');
}

function mapValues<Value>(
  table: Readonly<Record<string, string>>,
  to: (text: string) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(table).map(([key, text]) => [key, to(text)]));
}
