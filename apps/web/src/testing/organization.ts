import { permissionsOfRole, rolesGranting } from '@latchkey/permissions';
import { policy, type AppRole } from '@latchkey/policy';
import type { Outputs } from '../api/trpc.ts';
import { isReportRole, isRole, shownPermissions } from '../policy.ts';
import type { Answers, Organization } from './answers.ts';
import { applicationAnswers } from './stub-applications.ts';
import { auditAnswers } from './stub-audit.ts';
import { homeAnswers } from './stub-home.ts';
import { invitationAnswers } from './stub-invitations.ts';
import { memberAnswers, stubMember } from './stub-members.ts';
import { creator, reportAnswers, stubReport } from './stub-reports.ts';
import { requestAnswers } from './stub-requests.ts';
import { reviewAnswers } from './stub-reviews.ts';
import { stubDeliveries, syncAnswers } from './stub-sync.ts';
import { whyAnswers } from './stub-why.ts';

export function recordedOrganization(): Organization {
  const sweeper = { subject: 'sweeper', email: 'evening-sweep@example.com', kind: 'machine' } as const;
  return {
    members: [
      stubMember('Nina', { email: null, lastSignInAt: null }),
      stubMember('Sweeper', { ...sweeper, lastSignInAt: null }),
    ],
    unreachable: new Set(),
    lastOwners: new Set(),
    connections: [],
    blocked: new Map(),
    requests: [],
    instances: 'readable',
    heldUntil: null,
    reviews: [],
    rows: [],
    reports: [stubReport()],
    deleted: [],
    collections: [],
    sharedWith: [creator],
    invited: [],
    canSendMail: true,
    events: [],
    people: [
      { key: 'u-viewer', name: 'Jonas Weber' },
      { key: 'u-admin', name: 'Amelia Hart' },
    ],
    views: [],
    paused: false,
    runs: [],
    deliveries: stubDeliveries(),
    notifications: [],
    ends: [],
  };
}

/** The answer of `session.access` for a user with this role. */
function accessOf(role: AppRole | null, tenant = 'default'): Outputs['session']['access'] {
  const elsewhere = tenant === 'default' ? [] : shownPermissions.filter((one) => one.startsWith('sync:'));
  const here = shownPermissions.filter((one) => !elsewhere.includes(one));
  const held = new Set<string>(role === null ? [] : permissionsOfRole(policy, role));
  const owned = {
    resource: 'reports',
    role: 'owner',
    count: 3,
    permissions: ['reports:publish', 'reports:delete'],
  } as const;
  return {
    tenant,
    roles: role === null ? [] : [role],
    permissions: here.filter((one) => held.has(one)),
    onInstances: role === 'editor' ? [owned] : [],
    missing: here
      .filter((one) => !held.has(one))
      .map((permission) => {
        const { tenant: roles, instance } = rolesGranting(policy, permission);
        const instanceRoles = instance.map((one) => one.split('#')[1] ?? '').filter(isReportRole);
        return { permission, roles: roles.filter(isRole), instanceRoles };
      }),
    elsewhere,
    rolesFromLogto: tenant === 'default' ? [] : ['viewer', 'admin'],
    approvers: { people: [{ key: 'u-amelia', name: 'Amelia Hart' }], more: false },
  };
}

export function answersOf(organization: Organization): Answers {
  const two = { members: 2, first: [{ key: 'u-nina', name: 'Nina', email: null, isMachine: false }] };
  const none = { members: 0, first: [] };
  const answers: Answers = {
    session: {
      me: (_input, { subject, tenant, role }) => ({
        subject,
        tenant,
        roles: role === null ? [] : [role],
        permissions: role === null ? [] : [...permissionsOfRole(policy, role)],
        acting: null,
        ends: organization.ends,
      }),
      access: (_input, { role, tenant }) => accessOf(role, tenant),
    },
    // A quarter of an hour, the initial duration of a view.
    viewAs: { current: { id: 'view-1', target: { kind: 'role', role: 'viewer' }, left: 900_000 } },
    policy: {
      holders: { viewer: 12, editor: 1, admin: 2 },
      drift: () => ({ comparedAt: new Date().toISOString(), differences: [] }),
      // Every change affects two users. Only one has a name.
      impact: ({ changes }) =>
        changes.map(({ permission, granted }) => ({
          permission,
          gains: granted ? two : none,
          loses: granted ? none : two,
          left: granted ? 2 : 0,
        })),
    },
    setup: {
      status: { state: 'hidden' },
      dismiss: () => {
        answers.setup.status = { state: 'hidden' };
      },
    },
    applications: applicationAnswers(organization),
    why: whyAnswers,
    audit: auditAnswers(organization),
    sync: syncAnswers(organization),
    invitations: invitationAnswers(organization),
    ...homeAnswers(organization),
    ...memberAnswers(organization),
    ...reportAnswers(organization),
    requests: requestAnswers(organization),
    reviews: reviewAnswers(organization),
  };
  return answers;
}
