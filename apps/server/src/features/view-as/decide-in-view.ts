import { defaultTenant } from '@latchkey/directory-sync';
import {
  ListNotPlannableError,
  permissionsOfRole,
  rolesGranting,
  type ListAlternative,
  type ListPlan,
  type ListQuestion,
} from '@latchkey/permissions';
import { isAboutInstallation, policy, type AppPermission, type AppRole } from '@latchkey/policy';
import type { StoredView } from './view-as-store.ts';
import type { AppDecider } from '../../directory/decisions.ts';

/**
 * Creates the decider of a view. It allows only what both the target and the viewer may do, so that administrators
 * never see more than they may see themselves, even if roles change in the meantime. It gives no explanations.
 */
export function decideInView(
  decider: AppDecider,
  { actor, target, tenant }: Pick<StoredView, 'actor' | 'target' | 'tenant'>,
): AppDecider {
  const shown = target.kind === 'role' ? decideByRole(target.role, tenant) : decider;
  return {
    async decide(checks, options) {
      const asActor = checks.map((check) => ({ ...check, subject: actor }));
      const [decisions, own] = await Promise.all([shown.decide(checks, options), decider.decide(asActor)]);
      // A missing decision of the viewer is omitted; callers treat an answer that is too short as an error.
      return decisions.flatMap((decision, index) =>
        decision.outcome === 'deny' ? decision : (own[index] ?? []),
      );
    },
    async grants(subject) {
      const [grants, own] = await Promise.all([shown.grants(subject, tenant), decider.grants(actor, tenant)]);
      const held = new Set(own.permissions);
      return { ...grants, permissions: grants.permissions.filter((permission) => held.has(permission)) };
    },
    async list(question) {
      const asActor = { ...question, subject: actor };
      const [plan, own] = await Promise.all([planOf(shown, question), planOf(decider, asActor)]);
      if (plan.kind === 'none' || own.kind === 'all') return plan;
      if (own.kind === 'none' || plan.kind === 'all') return own;
      // Without relations, both plans name rows by key, so that they can be intersected.
      const byKeys = { relations: [] };
      return inBoth(
        await planOf(shown, { ...question, ...byKeys }),
        await planOf(decider, { ...asActor, ...byKeys }),
      );
    },
  };
}

/** Creates a decider that decides by the policy's table alone, as for a user with only this role in the tenant. */
export function decideByRole(role: AppRole, tenant: string): AppDecider {
  const permissions = permissionsOfRole(policy, role).filter(
    (permission) => tenant === defaultTenant || !isAboutInstallation(permission),
  );
  return {
    decide: async (checks) =>
      checks.map(({ permission }) =>
        permissions.includes(permission)
          ? { outcome: 'allow', permission }
          : {
              outcome: 'deny',
              permission,
              reason: 'no_permission',
              grantedBy: rolesGranting(policy, permission).tenant,
              grantedByInstanceRoles: [],
            },
      ),
    grants: async () => ({ roles: [role], permissions }),
    list: async ({ permission }) => ({
      kind: permissions.includes(permission) ? 'all' : 'none',
      permission,
      tenant,
    }),
  };
}

async function planOf<Relation extends string>(
  decider: AppDecider,
  question: ListQuestion<AppPermission, Relation>,
): Promise<ListPlan<Relation>> {
  if (decider.list !== undefined) return decider.list(question);
  throw new ListNotPlannableError('unsupported_decider', 'This decider does not plan lists.');
}

/** A list of keys cannot be intersected with a condition, so rows that match only such a combination are omitted. */
function inBoth(one: ListPlan<never>, other: ListPlan<never>): ListPlan<never> {
  if (one.kind === 'none' || other.kind === 'all') return one;
  if (other.kind === 'none' || one.kind === 'all') return other;
  const [first, ...more] = one.any.flatMap((its) => other.any.flatMap((others) => shared(its, others)));
  const { permission, tenant } = one;
  if (first === undefined) return { kind: 'none', permission, tenant };
  return { kind: 'some', permission, tenant, any: [first, ...more] };
}

function shared(one: ListAlternative<never>, other: ListAlternative<never>): ListAlternative<never>[] {
  if (one.by === 'condition' && other.by === 'condition')
    return [{ by: 'condition', where: { all: [one.where, other.where] } }];
  if (one.by !== 'id' || other.by !== 'id') return [];
  const others = new Set(other.keys);
  const keys = one.keys.filter((key) => others.has(key));
  return keys.length === 0 ? [] : [{ by: 'id', keys }];
}
