import { userPermissions } from '@latchkey/permit-engine';
import { worldOf } from '../facts/world-of.ts';
import { rolesGranting } from '../core/grants.ts';
import type { RuleDefinition } from '../core/policy.ts';
import { applyChange, instanceOf } from './apply-change.ts';
import { changesFor, valuesOf } from './attribute-changes.ts';
import { remedyText } from './explanation-text.ts';
import type { Change, Remedy } from './explanation.ts';
import { waysToMeet } from './meet-condition.ts';
import { derivationsOf, isSuppressed, rolesLeadingTo } from './roles-on-instances.ts';
import { isAllowed, isPermissionOf, resourceOf, type Situation } from './situation.ts';

const maxRemedies = 20;
const maxCandidates = 100;
/** Every subset may have to be verified. */
const maxChanges = 6;

/**
 * The sets of facts that would allow a denied check, smallest first. The engine has verified that it allows the check
 * with all of the facts, and with no proper subset.
 */
export function remedies(situation: Situation): Remedy[] {
  const candidates = [
    ...tenantRoles(situation),
    ...instanceRoles(situation),
    ...relations(situation),
    ...rules(situation),
  ].slice(0, maxCandidates);
  const found = new Map<string, readonly Change[]>();
  for (const candidate of candidates) {
    const changes = neededPart(situation, candidate);
    if (changes !== undefined) found.set(keyOf(changes), changes);
  }
  return [...found.values()]
    .toSorted((one, other) => one.length - other.length)
    .slice(0, maxRemedies)
    .map((changes) => ({ changes, text: remedyText(changes) }));
}

/** Regardless of the order. */
function keyOf(changes: readonly Change[]): string {
  return changes
    .map((change) => JSON.stringify(change))
    .toSorted()
    .join();
}

function tenantRoles({ policy, check }: Situation): Change[][] {
  const { subject: user, tenant, permission } = check;
  if (!isPermissionOf(policy, permission)) return [];
  return rolesGranting(policy, permission).tenant.map((role) => [
    { kind: 'tenant-role', user, role, tenant },
  ]);
}

function instanceRoles(situation: Situation): Change[][] {
  const user = situation.check.subject;
  return rolesLeadingTo(situation).map(({ role, object }) => [{ kind: 'instance-role', user, role, object }]);
}

/** Links to instances on which the user already has a role that would then lead to the permission. */
function relations(situation: Situation): Change[][] {
  const { policy, facts, check } = situation;
  const held = Object.entries(userPermissions(worldOf(policy, facts), { user: { key: check.subject } }));
  const tenantOf = (object: string) => instanceOf(facts, object)?.tenant;
  return rolesLeadingTo(situation).flatMap((target) => {
    if (isSuppressed(situation, target)) return [];
    const tenant = tenantOf(target.object) ?? check.tenant;
    return derivationsOf(policy, target).flatMap(({ role, on, via }) =>
      held
        .filter(
          ([object, { roles }]) =>
            resourceOf(object) === on && roles.includes(role) && tenantOf(object) === tenant,
        )
        .map(([subject]): Change[] => [{ kind: 'relation', subject, relation: via, object: target.object }]),
    );
  });
}

function rules(situation: Situation): Change[][] {
  const { policy, check } = situation;
  return (policy.rules ?? [])
    .filter(({ permissions }) => permissions.includes(check.permission))
    .flatMap((rule) => waysToMeetRule(situation, rule));
}

function waysToMeetRule(situation: Situation, rule: RuleDefinition): Change[][] {
  const { policy, check } = situation;
  const { subject: user, tenant } = check;
  const valueAt = valuesOf(situation);
  const ofRole: Change[] =
    rule.role === undefined ? [] : [{ kind: 'tenant-role', user, role: rule.role, tenant }];
  const ofUser = waysToMeet(policy.userSets?.[rule.userSet ?? '']?.where, valueAt);
  const ofResource = waysToMeet(policy.resourceSets?.[rule.resourceSet ?? '']?.where, valueAt);
  return ofUser.flatMap((some) =>
    ofResource.flatMap((others) => {
      const changes = changesFor(situation, [...some, ...others]);
      return changes === undefined ? [] : [[...ofRole, ...changes]];
    }),
  );
}

/** A minimal subset that allows the check; `undefined` without one, or with too many changes. */
function neededPart(situation: Situation, changes: readonly Change[]): readonly Change[] | undefined {
  const different = [...new Map(changes.map((change) => [JSON.stringify(change), change])).values()];
  if (different.length > maxChanges) return undefined;
  return partsOf(different).find((part) => isAllowed(part.reduce(applyChange, situation)));
}

/** Each non-empty subset precedes its supersets. */
function partsOf<T>(items: readonly T[]): T[][] {
  const [, ...parts] = items.reduce<T[][]>(
    (all, item) => [...all, ...all.map((part) => [...part, item])],
    [[]],
  );
  return parts;
}
