/** The source folders and files of a package that `pnpm mutate` covers: they decide who may, what is lost and what is taken away. */
export const targets = {
  permissions: {
    folder: 'packages/permissions',
    covers: [
      'src/permit',
      'src/trpc',
      'src/express',
      'src/fetch',
      'src/list',
      'src/explain',
      'src/react',
      'src/permissions.ts',
    ],
    withoutTests: [
      // They compile or bundle the sources, and test other code.
      'src/policy-as-code/**',
      'src/browser-entries.test.ts',
      // Long random runs: they cost more time than all the others.
      'src/list/*.property.test.ts',
    ],
  },
  'policy-as-code': {
    folder: 'packages/permissions',
    covers: ['src/policy-as-code/plan', 'src/policy-as-code/apply'],
  },
  'directory-sync': {
    folder: 'packages/directory-sync',
    covers: ['src/plan', 'src/apply', 'src/reconcile', 'src/events', 'src/payload-only', 'src/mapping'],
    // Long histories: they cost more time than all the others.
    withoutTests: ['src/reconcile/history.test.ts', 'src/reconcile/interruption.test.ts'],
  },
  'permit-engine': {
    folder: 'packages/permit-engine',
    covers: ['src'],
  },
  'trpc-express': {
    folder: 'packages/trpc-express',
    covers: ['src'],
  },
  server: {
    folder: 'apps/server',
    covers: [
      'src/features/sync',
      'src/features/reports',
      'src/features/requests',
      'src/features/members',
      'src/features/invitations',
      'src/features/why',
      'src/auth',
      'src/bus',
      'src/trpc',
      'src/database',
      'src/http',
    ],
  },
} as const satisfies Record<string, Target>;

/** A package, its folder in the repository, and what is mutated in it. */
export interface Target {
  readonly folder: string;
  /** Folders with everything below them, and single files, relative to `folder`. */
  readonly covers: readonly string[];
  /** Test files that do not run, as patterns relative to `folder`. */
  readonly withoutTests?: readonly string[];
}
