import { permissionsOfRole, rolesGranting } from '@latchkey/permissions';
import { policy, type AppRole } from '@latchkey/policy';
import type { Outputs } from '../api/trpc.ts';
import { isPermission } from '../policy.ts';
import { fail, type Answers } from './answers.ts';

type Explanation = Outputs['why']['mine'];
type Remedy = Explanation['remedies'][number];

interface Question {
  readonly subject: string;
  readonly permission: string;
  readonly on?: string | undefined;
}

/** Reports are in two collections, whose owners have all permissions on them. The second was created in Permit. */
const byCollections: Remedy[] = [
  { key: 'c-1', title: 'Audit 2026' },
  { key: 'q4', title: 'q4' },
].map((one) => [{ kind: 'instance-role', role: 'owner', instance: { resource: 'collections', ...one } }]);

/** Attributes of the report are not stored in Permit. */
const clearance: Remedy = (['user', 'resource'] as const).map((of) => ({
  kind: 'attribute',
  of,
  attribute: of === 'user' ? 'clearance' : 'classification',
  value: 'confidential',
  logtoPath: null,
  logtoRole: of === 'user' ? 'Cleared for confidential' : null,
}));

/** The explanation for a user with one role in the organization. */
export function stubExplanation({ subject, permission, on }: Question, role: AppRole): Explanation {
  if (!isPermission(permission)) throw fail('PERMISSION_NOT_FOUND');
  const [resource = ''] = permission.split(':');
  const instance = on === undefined ? null : { resource, key: on, title: 'Q4 review' };
  const chain: Explanation['held'][number] = [
    { kind: 'role', role, source: { kind: 'default' } },
    { kind: 'tenant', tenant: 'default' },
  ];
  const isHeld = permissionsOfRole(policy, role).includes(permission);
  const granting = rolesGranting(policy, permission);
  const onInstance = instance === null ? [] : granting.instance.toReversed();
  const remedies: Remedy[] = [
    ...onInstance.map((one): Remedy => [
      { kind: 'instance-role', role: one.split('#')[1] ?? '', instance: instance! },
    ]),
    ...(resource === 'reports' ? onInstance.slice(0, 1).flatMap(() => byCollections) : []),
    ...granting.tenant.map((one): Remedy => [{ kind: 'tenant-role', role: one, inLogto: false }]),
    ...(permission === 'reports:view-confidential' ? [clearance] : []),
  ];
  return {
    subject,
    permission,
    instance,
    outcome: isHeld ? 'allow' : 'deny',
    agrees: true,
    paths: isHeld ? [chain] : [],
    held: isHeld ? [] : [chain],
    remedies: isHeld ? [] : remedies,
    notes: [],
  };
}

/** All users but the signed-in one are viewers. */
export const whyAnswers: Answers['why'] = {
  mine: (question, { subject, role }) => stubExplanation({ ...question, subject }, role ?? 'viewer'),
  explain: ({ person, ...question }) => ({
    ...stubExplanation({ ...question, subject: person }, 'viewer'),
    person: { key: person, name: 'Nina', isMachine: false, isFromLogto: true, isActive: true },
  }),
};
