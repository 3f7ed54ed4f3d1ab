import { permissionsOfRole, rolesGranting } from '@latchkey/permissions';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';
import { z } from 'zod';
import { isPermission } from '../policy.ts';
import { fail, forbidden, roleOf, subjectOf, type StubProcedures } from './stub-procedures.ts';

export interface StubWhy {
  /** The code that refuses every question. */
  refusal: 'EXPLANATION_LIMIT' | 'PERSON_NOT_FOUND' | null;
  /** Whether the PDP's decision agrees with the roles. */
  agrees: boolean;
}

const Question = z.object({
  person: z.string().optional(),
  permission: z.string().refine(isPermission),
  on: z.string().optional(),
});

/** Reports are in two collections, whose owners have all permissions on them. */
const byCollections = [
  { key: 'c-1', title: 'Audit 2026' },
  // Created directly in Permit.
  { key: 'q4', title: 'q4' },
].map((one) => [{ kind: 'instance-role', role: 'owner', instance: { resource: 'collections', ...one } }]);

/** Attributes of the report are not stored in Permit. */
const clearance = (['user', 'resource'] as const).map((of) => ({
  kind: 'attribute',
  of,
  attribute: of === 'user' ? 'clearance' : 'classification',
  value: 'confidential',
  logtoPath: null,
  logtoRole: of === 'user' ? 'Cleared for confidential' : null,
}));

/** The response of `why.mine` for a user with one role in the organization, as from the real server. */
export function stubExplanation(
  question: {
    readonly subject: string;
    readonly permission: AppPermission;
    readonly on?: string | undefined;
  },
  role: AppRole,
  { agrees }: Pick<StubWhy, 'agrees'> = { agrees: true },
) {
  const { subject, permission, on } = question;
  const instance =
    on === undefined
      ? null
      : { resource: permission.slice(0, permission.indexOf(':')), key: on, title: 'Q4 review' };
  const chain = [
    { kind: 'role', role, source: { kind: 'default' } },
    { kind: 'tenant', tenant: 'default' },
  ];
  const isHeld = permissionsOfRole(policy, role).includes(permission);
  const granting = rolesGranting(policy, permission);
  return {
    subject,
    permission,
    instance,
    outcome: isHeld === agrees ? 'allow' : 'deny',
    agrees,
    paths: isHeld ? [chain] : [],
    held: isHeld ? [] : [chain],
    remedies: isHeld
      ? []
      : [
          ...(instance === null
            ? []
            : granting.instance
                .toReversed()
                .map((one) => [{ kind: 'instance-role', role: one.slice(one.indexOf('#') + 1), instance }])),
          ...(instance?.resource === 'reports' && granting.instance.length > 0 ? byCollections : []),
          ...granting.tenant.map((one) => [{ kind: 'tenant-role', role: one, inLogto: false }]),
          ...(permission === 'reports:view-confidential' ? [clearance] : []),
        ],
    notes: [],
  };
}

/** The procedures of explanations. All users but the signed-in one are viewers. */
export function stubWhyProcedures({ gated }: StubProcedures, why: StubWhy) {
  return {
    mine: gated.input(Question).query(({ ctx: { token }, input }): object => {
      if (why.refusal !== null) throw fail({ status: 'TOO_MANY_REQUESTS', code: why.refusal });
      return stubExplanation({ ...input, subject: subjectOf(token) }, roleOf(token), why);
    }),
    explain: gated
      .input(Question.extend({ person: z.string() }))
      .query(({ ctx: { token }, input: { person, ...question } }): object => {
        if (roleOf(token) === 'viewer') throw forbidden('members:view', ['editor', 'admin']);
        if (why.refusal !== null) throw fail({ status: 'NOT_FOUND', code: why.refusal });
        return {
          ...stubExplanation({ ...question, subject: person }, 'viewer', why),
          person: { key: person, name: 'Nina', isMachine: false, isActive: true },
        };
      }),
  };
}
