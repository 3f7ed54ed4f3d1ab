import { z } from 'zod';

const Names = z.record(z.string(), z.string());

/**
 * The fields of a package's `package.json` that packing reads. `exports` and `bin` name the TypeScript sources for the
 * workspace.
 */
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
  /** Differences between the published package and the one in the workspace. */
  packed: z
    .strictObject({
      /** Dependencies that are bundled into `dist`, so that consumers do not install them. */
      inlined: z.array(z.string()).default([]),
      /** Dependencies of some entry points only, with their range: published as optional peers. */
      optional: Names.default({}),
      /** Entry points for this workspace only. */
      withheld: z.array(z.string()).default([]),
    })
    .prefault({}),
});
export type Manifest = z.output<typeof Manifest>;

/** The build's entry files, by their output name in `dist`: one for each entry point and program. */
export function entriesOf(manifest: Manifest): Record<string, string> {
  const sources = [...Object.values(doorsOf(manifest)), ...Object.values(manifest.bin)];
  return Object.fromEntries(sources.map((source) => [outputOf(source), source]));
}

/** The scope and the repository that a package is published with. */
export interface Publication {
  /** The npm scope, `@latchkey`. */
  readonly scope: string;
  /** The repository's URL, against which provenance is checked; absent if it is not configured. */
  readonly repository: string | undefined;
  /** The package's folder in the repository, `packages/permissions`. */
  readonly folder: string;
  /** The version of a dependency that the workspace is tested with. */
  readonly versionOf: (dependency: string) => string;
}

/** The published `package.json`: built files instead of sources, ranges instead of the workspace's exact versions. */
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

/** Replaces the workspace's own scope, in a name or any text, with the published scope. */
export function scoped(text: string, scope: string): string {
  return text.replaceAll('@latchkey/', `${scope}/`);
}

/** The published entry points. */
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
