import { permissionsOfRole, rolesGranting } from '@latchkey/permissions';
import { policy, type AppRole } from '@latchkey/policy';
import type { AnyTRPCProcedure } from '@trpc/server';
import { z } from 'zod';
import type { Outputs } from '../api/trpc.ts';
import { isRole, shownPermissions } from '../policy.ts';
import { denial, fail, forbidden, isAdmin, isEditor, type StubProcedures } from './stub-procedures.ts';

export interface StubPolicy {
  differences: Outputs['policy']['drift']['differences'];
  /** Whether Permit's API does not respond. */
  isDown: boolean;
}

export function createStubPolicy(): StubPolicy {
  return { differences: [], isDown: false };
}

const Draft = z.object({
  changes: z.array(z.object({ role: z.string(), permission: z.string(), granted: z.boolean() })),
});

/** The policy procedures. Every change affects two users, one of whom has a name. */
export function stubPolicyProcedures(
  { gated, operator }: StubProcedures,
  policy: StubPolicy,
): Record<string, AnyTRPCProcedure> {
  return {
    holders: gated.query(() => ({ viewer: 12, editor: 1, admin: 2 })),
    drift: operator.query(() => {
      if (policy.isDown) throw fail({ status: 'SERVICE_UNAVAILABLE', code: 'DIRECTORY_UNAVAILABLE' });
      return { comparedAt: new Date().toISOString(), differences: policy.differences };
    }),
    impact: gated.input(Draft).query(({ ctx, input: { changes } }) => {
      if (!isAdmin(ctx.token) && !isEditor(ctx.token)) throw forbidden('members:view', ['editor', 'admin']);
      const none = { members: 0, first: [] };
      const two = { members: 2, first: [{ key: 'u-nina', name: 'Nina', email: null, isMachine: false }] };
      return changes.map(({ permission, granted }) => ({
        permission,
        gains: granted ? two : none,
        loses: granted ? none : two,
        left: granted ? 2 : 0,
      }));
    }),
  };
}

export interface StubAccess {
  /** The approvers' names; `null` when they cannot be read. */
  approvers: readonly string[] | null;
  /** Reports that an editor owns. */
  ownedReports: number;
  tenant: string;
}

/** The response of `session.access` for a user with this role: the policy in the shape of the real server's response. */
export function stubAccessOf(role: AppRole | null, { approvers, ownedReports, tenant }: StubAccess) {
  const elsewhere = tenant === 'default' ? [] : shownPermissions.filter((one) => one.startsWith('sync:'));
  const here = shownPermissions.filter((one) => !elsewhere.includes(one));
  const held = new Set<string>(role === null ? [] : permissionsOfRole(policy, role));
  const lacked = here.filter((one) => !held.has(one));
  return {
    tenant,
    roles: role === null ? [] : [role],
    permissions: here.filter((one) => held.has(one)),
    onInstances:
      role === 'editor' && ownedReports > 0
        ? [
            {
              resource: 'reports',
              role: 'owner',
              count: ownedReports,
              permissions: ['reports:publish', 'reports:delete'],
            },
          ]
        : [],
    missing: lacked.map((permission) => {
      const { tenant: roles, instance } = rolesGranting(policy, permission);
      return {
        permission,
        roles: roles.filter(isRole),
        instanceRoles: instance.map((one) => one.split('#')[1]),
      };
    }),
    elsewhere,
    rolesFromLogto: tenant === 'default' ? [] : ['viewer', 'admin'],
    approvers:
      approvers === null
        ? null
        : { people: approvers.map((name) => ({ key: `u-${name}`, name })), more: false },
  };
}

/** The maximum number of pending gate questions of one user, as in the real server. */
const maxQuestions = 1_000;

export interface StubGates {
  /** Calls that were refused with `SERVER_BUSY`. */
  refused: number;
  /** Delays all responses until the returned function is called. */
  hold(): () => void;
  /** Denies this procedure to all users from now on. */
  deny(path: string): void;
  /** Ends a `deny`. */
  allow(path: string): void;
  readonly denied: ReadonlySet<string>;
  /** Answers a user's questions, unless too many are pending. */
  answer<Answer>(token: string, count: number, answers: () => Answer): Promise<Answer>;
}

export function createStubGates(): StubGates {
  const inProgress = new Map<string, number>();
  let held = Promise.resolve();
  const denied = new Set<string>();
  const gates: StubGates = {
    refused: 0,
    denied,
    deny: (path) => void denied.add(path),
    allow: (path) => void denied.delete(path),
    hold() {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      held = promise.then(() => undefined);
      return () => resolve(undefined);
    },
    async answer(token, count, answers) {
      const before = inProgress.get(token) ?? 0;
      if (before + count > maxQuestions) {
        gates.refused += 1;
        throw fail({ status: 'SERVICE_UNAVAILABLE', code: 'SERVER_BUSY' });
      }
      inProgress.set(token, before + count);
      await held;
      inProgress.set(token, (inProgress.get(token) ?? 0) - count);
      return answers();
    },
  };
  return gates;
}

/** Administrators have all permissions, editors all except sync and roles, and users with a role can request more. */
export function gateAnswer(path: string, role: AppRole | null) {
  const isAllowed =
    role === 'admin' ||
    (role === 'editor' &&
      !path.startsWith('sync.') &&
      !path.startsWith('audit.') &&
      !['members.assign', 'members.bulkPreview', 'members.removePreview', 'members.reactivate'].includes(
        path,
      )) ||
    (role !== null &&
      (path.startsWith('requests.') ||
        path.startsWith('reviews.') ||
        ['collections.list', 'policy.holders'].includes(path)));
  if (isAllowed) return { state: 'allowed' };
  const permission = path
    .replace('.', ':')
    .replace('remove', 'delete')
    .replace('why:explain', 'members:view')
    .replace('policy:impact', 'members:view')
    .replace('policy:holders', 'policy:view')
    .replace(/sync:.*/, 'sync:view')
    .replace(/audit:.*/, 'audit:view');
  return {
    state: 'denied',
    ...denial(permission, path === 'reports.create' ? ['editor', 'admin'] : ['admin']),
  };
}
