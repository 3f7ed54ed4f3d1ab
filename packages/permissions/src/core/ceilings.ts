import type { Check, Decider, Decision, Deny } from './decision.ts';
import type { CheckedExplanation } from '../explain/explanation.ts';
import { ListNotPlannableError, type ListPlan, type ListQuestion } from '../list/list-plan.ts';
import type { ScopeDefinition } from './policy.ts';
import { valueOf } from './records.ts';

/** The scopes of a policy table, by key. */
export type ScopeTable = Readonly<Record<string, ScopeDefinition>>;

/** The scopes that cover a permission, those that cover the fewest permissions first. */
export function scopesCovering(scopes: ScopeTable, permission: string): string[] {
  return Object.entries(scopes)
    .filter(([, { permissions }]) => permissions.includes(permission))
    .toSorted(([, one], [, other]) => one.permissions.length - other.permissions.length)
    .map(([scope]) => scope);
}

/**
 * The decider of a token with scopes: denies what none of them covers, without asking `decider`. A scope that the table
 * does not have covers nothing.
 */
export function withinScopes<
  Permission extends string,
  Role extends string,
  InstancePermission extends string,
  ListField extends string,
>(
  decider: Decider<Permission, Role, InstancePermission, ListField>,
  granted: readonly string[],
): Decider<Permission, Role, InstancePermission, ListField> {
  const { scopes = {} } = decider;
  const covered: ReadonlySet<string> = new Set(
    granted.flatMap((scope) => valueOf(scopes, scope)?.permissions ?? []),
  );
  const uncovered = (permission: Permission): Deny<Permission, Role> => ({
    outcome: 'deny',
    permission,
    reason: 'insufficient_scope',
    grantedBy: [],
    grantedByInstanceRoles: [],
    scopes: scopesCovering(scopes, permission),
  });
  return {
    ...decider,
    async decide(checks, options) {
      if (checks.every(({ permission }) => covered.has(permission))) return decider.decide(checks, options);
      const asked = [...checks.entries()].filter(([, { permission }]) => covered.has(permission));
      const decided = await decideAll(
        decider,
        asked.map(([, check]) => check),
        { onSource: options?.onSource && ((source, at) => options.onSource?.(source, asked[at]?.[0] ?? at)) },
      );
      const decisions = new Map(asked.map(([index], at) => [index, decided[at]]));
      return checks.map(({ permission }, index) => decisions.get(index) ?? uncovered(permission));
    },
    async grants(subject, tenant) {
      const { roles, permissions } = await decider.grants(subject, tenant);
      return { roles, permissions: permissions.filter((permission) => covered.has(permission)) };
    },
    ...(decider.list && {
      async list<Relation extends string>(
        question: ListQuestion<Permission, Relation>,
      ): Promise<ListPlan<Relation>> {
        const { permission, tenant } = question;
        return covered.has(permission)
          ? ((await decider.list?.<Relation>(question)) ?? unanswered())
          : { kind: 'none', permission, tenant };
      },
    }),
    ...(decider.explain && {
      async explain(check: Check<Permission>) {
        if (covered.has(check.permission)) return (await decider.explain?.(check)) ?? unanswered();
        return uncoveredExplanation(check, scopesCovering(scopes, check.permission));
      },
    }),
  };
}

/**
 * The decider of a token with actors: denies what not every actor may do too. A denial that is due to an actor has the
 * reason `acting`, and names what would grant the permission to the actor. All checks are one call.
 */
export function withActors<
  Permission extends string,
  Role extends string,
  InstancePermission extends string,
  ListField extends string,
>(
  decider: Decider<Permission, Role, InstancePermission, ListField>,
  actors: readonly string[],
): Decider<Permission, Role, InstancePermission, ListField> {
  type Decided = Decision<Permission, Role>;
  return {
    ...decider,
    async decide(checks, options) {
      const ofActors = actors.flatMap((subject) => checks.map((check) => ({ ...check, subject })));
      const decided = await decideAll(decider, [...checks, ...ofActors], {
        onSource: options?.onSource && ((source, at) => at < checks.length && options.onSource?.(source, at)),
      });
      const byCheck = Map.groupBy(decided.keys(), (at) => at % checks.length);
      return checks.map((_, index): Decided => {
        const [own, ...others] = (byCheck.get(index) ?? []).flatMap((at) => decided[at] ?? []);
        if (own === undefined || own.outcome === 'deny') return own ?? unanswered();
        const denied = others.find((decision) => decision.outcome === 'deny');
        return denied === undefined ? own : { ...denied, reason: 'acting' };
      });
    },
    async grants(subject, tenant) {
      const [own, ...others] = await Promise.all(
        [subject, ...actors].map((user) => decider.grants(user, tenant)),
      );
      const { roles = [], permissions = [] } = own ?? {};
      return {
        roles,
        permissions: permissions.filter((one) => others.every((actor) => actor.permissions.includes(one))),
      };
    },
    ...(decider.list && {
      list: async <Relation extends string>(
        question: ListQuestion<Permission, Relation>,
      ): Promise<ListPlan<Relation>> =>
        commonPlan(
          await Promise.all(
            [question.subject, ...actors].map(
              (subject) => decider.list?.<Relation>({ ...question, subject }) ?? unanswered(),
            ),
          ),
        ),
    }),
    ...(decider.explain && {
      async explain(check: Check<Permission>) {
        const own = (await decider.explain?.(check)) ?? unanswered();
        if (own.decided === 'deny') return own;
        const ofActors = await Promise.all(
          actors.map((subject) => decider.explain?.({ ...check, subject }) ?? unanswered()),
        );
        return ofActors.find(({ decided }) => decided === 'deny') ?? own;
      },
    }),
  };
}

function uncoveredExplanation(
  { subject, tenant, permission, instance }: Check,
  scopes: readonly string[],
): CheckedExplanation {
  const cover = scopes.length === 0 ? 'no scope of the policy does' : `these do: ${scopes.join(', ')}`;
  return {
    subject,
    tenant,
    permission,
    instance,
    outcome: 'deny',
    decided: 'deny',
    agrees: true,
    held: [],
    conditionsMet: [],
    remedies: [],
    notes: [{ kind: 'insufficient-scope', scopes }],
    text: `${subject} cannot ${permission} in ${tenant} with this token. Its scopes do not cover it; ${cover}.`,
  };
}

/** @throws {ListNotPlannableError} when two plans select some rows each: a plan cannot express their intersection */
function commonPlan<Relation extends string>(plans: readonly ListPlan<Relation>[]): ListPlan<Relation> {
  const none = plans.find(({ kind }) => kind === 'none');
  if (none !== undefined) return none;
  const [one, ...others] = plans.filter(({ kind }) => kind === 'some');
  if (others.length > 0)
    throw new ListNotPlannableError(
      'unsupported_actors',
      'The user and an actor each have the permission on some rows only: use `filter` instead.',
    );
  const [first] = plans;
  if (first === undefined) throw new TypeError('There is no user to plan a list for.');
  return one ?? first;
}

async function decideAll<Permission extends string, Role extends string>(
  decider: Pick<Decider<Permission, Role>, 'decide'>,
  ...[checks, options]: Parameters<Decider<Permission, Role>['decide']>
): Promise<Decision<Permission, Role>[]> {
  if (checks.length === 0) return [];
  const decisions = await decider.decide(checks, options);
  return decisions.length === checks.length ? decisions : unanswered();
}

function unanswered(): never {
  throw new TypeError('The decider must answer every check.');
}
