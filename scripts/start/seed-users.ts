import { staff, staffOfOrganizations } from './seed-staff.ts';

/**
 * The users that `pnpm start` creates on fresh data. Each gets its role in the tenant `default`.
 *
 * On the emulators only, `start` seeds:
 * - these users, in Logto and in Permit (seed-vendors.ts); their colleagues and these organizations, in Logto
 * - with a history, the rest of the staff and one more organization, in Logto (seed-staff.ts)
 * - the machine-to-machine application of `latchkey sync`, with the role admin
 * - Logto's applications, API resources and webhook (seed-vendors.ts)
 * - their history on the server: reports, requests, an invitation (seed-past.ts)
 * - the policy of packages/policy, in Permit, at every start (seed-vendors.ts)
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
  {
    id: 'maxiwolfes04',
    username: 'guest',
    password: 'latchkey-guest',
    role: 'viewer',
    // Extremely long, to show that any name fits.
    name: 'Maximiliana-Theodora Wolfeschlegelsteinhausen-Bergerdorff',
    email: 'maximiliana-theodora.wolfeschlegelsteinhausen@subsidiary.latchkey.example',
  },
] as const;

const day = 86_400_000;

/** The role in Logto with the scopes of the MCP server. */
export const connectRole = 'Connect applications';

/**
 * Users with a history who cannot sign in, because they have no password. They are seeded in Logto only; directory sync
 * creates them in Permit with the default role. Times are in days ago.
 */
const colleagues = [
  {
    id: 'tomasvegaort5',
    username: 'tomas',
    name: 'Tomás Vega Ortiz',
    email: 'tomas.vega@latchkey.example',
    came: 900,
    lastSignIn: 214,
    isSuspended: false,
  },
  {
    id: 'noranilsen06',
    username: 'nora',
    name: 'Nora Nilsen',
    email: 'nora.nilsen@latchkey.example',
    came: 120,
    lastSignIn: 3,
    isSuspended: false,
  },
  {
    id: 'priyaraman07',
    username: 'priya',
    name: 'Priya Raman',
    email: 'priya.raman@latchkey.example',
    came: 410,
    lastSignIn: 37,
    isSuspended: true,
  },
] as const;

export function seedLogtoUsers(now: number, { withStaff }: { readonly withStaff: boolean }): object[] {
  return [
    ...seedUsers.map(({ id, username, email, name, password }) => ({
      id,
      username,
      primaryEmail: email,
      name,
      password,
      roles: [connectRole],
    })),
    ...[...colleagues, ...(withStaff ? staff : [])].map(
      ({ id, username, email, name, came, lastSignIn, isSuspended }) => ({
        id,
        username,
        primaryEmail: email,
        name,
        isSuspended,
        createdAt: now - came * day,
        lastSignInAt: now - lastSignIn * day,
        roles: [connectRole],
      }),
    ),
  ];
}

/**
 * The organizations, which directory sync maps to tenants. The organization role `admin` becomes a role in its tenant
 * by the mapping of packages/policy; every member is a viewer there. Apart from Amelia, the third one has only staff.
 */
export function seedOrganizations({ withStaff }: { readonly withStaff: boolean }): object[] {
  if (!withStaff) return [...organizations];
  return [...organizations, staffOrganization].map((organization) => ({
    ...organization,
    members: [
      ...organization.members,
      ...staff
        .filter(({ username }) => staffOfOrganizations[organization.id]?.includes(username))
        .map(({ id }) => ({ userId: id, roles: ['member'] })),
    ],
  }));
}

const organizations = [
  {
    id: 'brightwater1',
    name: 'Brightwater Health',
    members: [
      { userId: 'ameliahart01', roles: ['admin'] },
      { userId: 'danielokoro2', roles: ['member'] },
      { userId: 'seoyeonkim03', roles: ['member'] },
      { userId: 'noranilsen06', roles: ['member'] },
    ],
  },
  {
    id: 'meridianlog2',
    name: 'Meridian Logistik Vertriebsgesellschaft Mitteleuropa mbH & Co. KG',
    members: [
      { userId: 'seoyeonkim03', roles: ['admin'] },
      { userId: 'maxiwolfes04', roles: ['member'] },
      { userId: 'tomasvegaort5', roles: ['member'] },
    ],
  },
] as const;

const staffOrganization = {
  id: 'kestrelbank3',
  name: 'Kestrel Bank',
  members: [{ userId: 'ameliahart01', roles: ['admin'] }],
} as const;

/**
 * The server and the CLI call Logto's Management API with it; the CLI also calls the server with it, as an
 * administrator. The secret is public, but valid only for the emulator and the server on this machine.
 */
export const MACHINE_APP = {
  name: 'Latchkey machine',
  id: 'latchkeystartmachine1',
  secret: 'latchkeyDevelopmentMachineSecret',
};
