import { userPermissions } from '@latchkey/permit-engine';
import { askEngine, worldOf } from '../facts/world-of.ts';
import { permissionsOfRole } from '../core/grants.ts';
import { instanceOf, userOf } from './apply-change.ts';
import { disagreementText, explanationText } from './explanation-text.ts';
import type { CheckedExplanation, Explanation, HeldRole, Note } from './explanation.ts';
import { grantPaths } from './grant-paths.ts';
import { remedies } from './remedies.ts';
import { isSuppressed } from './roles-on-instances.ts';
import { actionOf, isPermissionOf, objectOf, resourceOf, type Situation } from './situation.ts';

/**
 * Every path that allows a check, or what would allow it. The in-process engine, which follows the rules of Permit's
 * PDP, gives the verdict.
 */
export function explain({ policy, facts, check }: Situation): Explanation {
  const { subject, tenant, permission, instance } = check;
  const user = userOf(facts, subject);
  // Facts of other users make no difference, and the cost of each engine query grows with the number of facts.
  const situation = {
    policy,
    facts: { ...facts, users: user === undefined ? {} : { [subject]: user } },
    check,
  };
  const about = { subject, tenant, permission, instance };
  const answer = askEngine(worldOf(policy, situation.facts), check);
  if (answer.allow) {
    const allowed = {
      ...about,
      outcome: 'allow',
      paths: grantPaths(situation),
      notes: otherTenant(situation),
    } as const;
    return { ...allowed, text: explanationText(allowed) };
  }
  const denied = {
    ...about,
    outcome: 'deny',
    notes: notesOf(situation),
    held: heldRoles(situation),
    conditionsMet: (answer.debug?.abac?.matching_usersets ?? []).filter(
      (key) => !key.startsWith('__autogen_'),
    ),
    remedies: isPermissionOf(policy, permission) ? remedies(situation) : [],
  } as const;
  return { ...denied, text: explanationText(denied) };
}

export function compared(explanation: Explanation, decided: 'allow' | 'deny'): CheckedExplanation {
  const agrees = explanation.outcome === decided;
  const text = agrees ? explanation.text : `${explanation.text}\n${disagreementText(explanation, decided)}`;
  return { ...explanation, decided, agrees, text };
}

function notesOf(situation: Situation): Note[] {
  const { policy, facts, check } = situation;
  return [
    ...(isPermissionOf(policy, check.permission) ? [] : [{ kind: 'unknown-permission' } as const]),
    ...otherTenant(situation),
    ...(userOf(facts, check.subject) === undefined ? [{ kind: 'unknown-user' } as const] : []),
    ...suppressed(situation),
  ];
}

function otherTenant({ facts, check }: Situation): Note[] {
  const object = objectOf(check);
  const stored = object === undefined ? undefined : instanceOf(facts, object);
  return object === undefined || stored === undefined || stored.tenant === check.tenant
    ? []
    : [{ kind: 'other-tenant', object, tenant: stored.tenant }];
}

function suppressed(situation: Situation): Note[] {
  const { policy, check } = situation;
  const object = objectOf(check);
  if (object === undefined) return [];
  return Object.entries(policy.resources[resourceOf(object)]?.roles ?? {})
    .filter(
      ([role, { permissions }]) =>
        permissions.includes(actionOf(check.permission)) && isSuppressed(situation, { role, object }),
    )
    .map(([role]) => ({ kind: 'suppressed', role, object }));
}

function heldRoles({ policy, facts, check }: Situation): HeldRole[] {
  const { subject, tenant } = check;
  const object = objectOf(check);
  const held = userPermissions(worldOf(policy, facts), {
    user: { key: subject },
    resources: [`__tenant:${tenant}`, ...(object === undefined ? [] : [object])],
  });
  const inTenant = held[`__tenant:${tenant}`]?.roles ?? [];
  const onObject = object === undefined ? [] : (held[object]?.roles ?? []);
  return [
    ...inTenant.map((role): HeldRole => ({
      kind: 'tenant-role',
      role,
      tenant,
      permissions: permissionsOfRole(policy, role),
    })),
    ...onObject.map((role): HeldRole => ({ kind: 'instance-role', role, object: object ?? '' })),
  ];
}
