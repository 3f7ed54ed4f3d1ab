import { userPermissions, type AuthorizationResult, type World } from '@latchkey/permit-engine';
import type { Check } from '../decision.ts';
import type { Policy } from '../policy.ts';
import { permissionsOfRole, rolesGranting } from '../grants.ts';
import { askEngine } from '../facts/ask-engine.ts';
import { chainsOf } from './chains.ts';
import type { AnyPermission } from './test-resource-ref.ts';
import type { Facts } from '../facts/facts.ts';

/** The input of an explanation. */
export interface WhyInput {
  readonly policy: Policy;
  readonly facts: Facts;
  readonly world: World;
}

/** Each chain that grants the permission, one a line; or the explanation of a denial. */
export function why(input: WhyInput, check: Check<AnyPermission>): string {
  const answer = askEngine(input.world, check, { explain: true });
  if (!answer.allow) return denialOf(input, check, answer);
  const elsewhere = belongsElsewhere(input, check);
  return [...chainsOf(input, check, answer), ...elsewhere].join('\n');
}

/** A role on an instance counts whichever tenant the check names, so the tenant of the instance is worth a line. */
function belongsElsewhere(
  { world }: Pick<WhyInput, 'world'>,
  { tenant, permission, instance }: Check,
): string[] {
  const [resource = ''] = permission.split(':');
  const object = `${resource}:${instance}`;
  const stored = instance === undefined ? undefined : world.resourceInstance(object);
  return stored === undefined || stored.tenant === tenant ? [] : [`  ${object} belongs to ${stored.tenant}.`];
}

function denialOf(
  { policy, facts, world }: WhyInput,
  check: Check<AnyPermission>,
  { debug }: AuthorizationResult,
): string {
  const { subject, tenant, permission, instance } = check;
  const [resource = ''] = permission.split(':');
  const object = instance === undefined ? undefined : `${resource}:${instance}`;
  const lines = [
    `${subject} may not ${permission} ${object === undefined ? '' : `on ${object} `}in ${tenant}.`,
  ];
  lines.push(...belongsElsewhere({ world }, check));
  if (facts.users?.[subject] === undefined) lines.push(`  ${subject} is not among the users.`);
  else lines.push(`  Holds: ${listOf(heldRoles({ policy, world }, check, object))}.`);
  if (object !== undefined) lines.push(...suppressions({ policy, world }, check, object));
  lines.push(`  Granted by: ${listOf(grantingRoles(policy, permission))}.`);
  const sets = debug?.abac?.matching_usersets?.filter((key) => !key.startsWith('__autogen_')) ?? [];
  if (sets.length > 0) lines.push(`  Conditions met: ${listOf(sets)}.`);
  return lines.join('\n');
}

/** The roles that would grant the permission if a direct role on the instance did not switch off their derivation. */
function suppressions(
  { policy, world }: Pick<WhyInput, 'policy' | 'world'>,
  { subject, permission }: Check,
  object: string,
): string[] {
  const [resource = '', action = ''] = permission.split(':');
  const direct = world.user(subject)?.instanceRoles.get(object)?.size ?? 0;
  return Object.entries(policy.resources[resource]?.roles ?? {}).flatMap(([role, definition]) => {
    const isSuppressed =
      direct > 0 && definition.onlyWithoutDirectRole === true && definition.permissions.includes(action);
    return isSuppressed ? [`  ${role} is not derived where a role is held directly, as on ${object}.`] : [];
  });
}

/** The user's roles in the tenant and on the instance, derived roles included. */
function heldRoles(
  { policy, world }: Pick<WhyInput, 'policy' | 'world'>,
  { subject, tenant }: Check,
  object: string | undefined,
): string[] {
  const held = userPermissions(world, {
    user: { key: subject },
    resources: [`__tenant:${tenant}`, ...(object === undefined ? [] : [object])],
  });
  const inTenant = held[`__tenant:${tenant}`]?.roles ?? [];
  const onObject = object === undefined ? [] : (held[object]?.roles ?? []);
  return [
    ...inTenant.map((role) => `${role} in ${tenant} (${permissionsOfRole(policy, role).join(', ')})`),
    ...onObject.map((role) => `${role} of ${object}`),
  ];
}

function grantingRoles(policy: Policy, permission: AnyPermission): string[] {
  const { tenant, instance } = rolesGranting(policy, permission);
  const rules = (policy.rules ?? []).filter(({ permissions }) => permissions.includes(permission));
  return [
    ...tenant,
    ...instance,
    ...rules.map(
      ({ userSet, role, resourceSet, resource }) => `${userSet ?? role} on ${resourceSet ?? resource}`,
    ),
  ];
}

function listOf(items: readonly string[]): string {
  return items.length === 0 ? 'nothing' : items.join(', ');
}
