/** The source folders and files that `pnpm mutate` covers: code that decides permissions, or can lose or remove data. */
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
      'src/core/permissions.ts',
    ],
    withoutTests: [
      // These compile or bundle the sources, and test other code.
      'src/policy-as-code/**',
      'src/browser-entries.test.ts',
      // Long random runs, which take longer than all the others.
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
    // Long histories, which take longer than all the others.
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
  next: {
    folder: 'packages/next',
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
      'src/features/view-as',
      'src/features/audit',
      'src/features/notifications',
      'src/features/reviews',
      'src/features/why',
      'src/authentication',
      'src/directory',
      'src/platform/bus',
      'src/platform/trpc',
      'src/platform/database',
      'src/platform/http',
    ],
  },
} as const satisfies Record<string, Target>;

/** A package, its folder in the repository, and the code to mutate in it. */
export interface Target {
  readonly folder: string;
  /** Folders (recursive) and single files, relative to `folder`. */
  readonly covers: readonly string[];
  /** Test files to skip, as patterns relative to `folder`. */
  readonly withoutTests?: readonly string[];
}
