/**
 * The users that `pnpm start` creates on fresh data. Each of them gets its role in the tenant `default`.
 *
 * What `start` seeds, on the emulators only:
 * - these users, in Logto (seed-logto.ts) and in Permit (seed-permit.ts)
 * - the machine-to-machine application of `latchkey sync`, with the role admin (seed-machine-app.ts)
 * - Logto's applications, API resource and webhook (seed-logto.ts)
 * - the policy of packages/policy, in Permit, at every start (seed-permit.ts)
 *
 * Logto skips seed entries that already exist, and roles are granted once. After a change here, run `pnpm reset`.
 */
export const seedUsers = [
  {
    id: 'ameliahart01',
    username: 'admin',
    password: 'latchkey-admin',
    role: 'admin',
    name: 'Amelia Hart',
    email: 'amelia.hart@latchkey.example',
  },
  {
    id: 'danielokoro2',
    username: 'editor',
    password: 'latchkey-editor',
    role: 'editor',
    name: 'Daniel Okoro',
    email: 'daniel.okoro@latchkey.example',
  },
  {
    id: 'seoyeonkim03',
    username: 'viewer',
    password: 'latchkey-viewer',
    role: 'viewer',
    name: '김서연',
    email: 'seoyeon.kim@latchkey.example',
  },
] as const;
