import { answerPrepared, type PreparedQuestion } from '../trpc/answer-prepared.ts';
import type { Facts } from '../facts/facts.ts';
import type { GateQuestion } from '../core/gate-question.ts';
import { rolesOf } from '../core/grants.ts';
import type { Policy } from '../core/policy.ts';
import { valueOf } from '../core/records.ts';
import type { Ask } from '../react/gate-store.ts';
import { createTestPermissions } from '../testing/create-test-permissions.ts';
import type { PermissionSet } from '../trpc/requirement.ts';

/** In the format of `gatesOf` of `./trpc`. */
export type GateTable = Readonly<Record<string, string>>;

/** The key of the user, the tenant and every instance in a preview. */
const key = 'preview';

/** Tenant roles (`editor`) and instance roles on every instance (`reports#owner`). */
export function previewRoles({ resources, ...policy }: Policy): string[] {
  const onInstances = Object.entries(resources).flatMap(([resource, { roles = {} }]) =>
    Object.keys(roles).map((role) => `${resource}#${role}`),
  );
  return [...rolesOf({ resources, ...policy }), ...onInstances];
}

/**
 * Answers a page's gates for a user with one role, in the browser. Each resource has one instance, linked by the
 * policy's relations and without attributes. A procedure that is not in the table is allowed.
 */
export function createPreviewAsk(policy: Policy, gates: GateTable, role: string): Ask {
  const permissions = createTestPermissions(policy, factsOf(policy, role)).as(key, key);
  return (questions) =>
    answerPrepared(
      permissions,
      questions.map((question) => prepare(gates, question)),
    );
}

function prepare(gates: GateTable, question: GateQuestion): PreparedQuestion<`${string}:${string}`, string> {
  const requirement = requirementOf(gates, question);
  if (requirement === undefined) return { answer: { state: 'allowed' } };
  const isAboutInstance = ('path' in question ? question.input : question.instance) !== undefined;
  return { requirement, on: isAboutInstance ? key : undefined };
}

/** `undefined` when there is no gate. */
export function requirementOf(
  gates: GateTable,
  question: GateQuestion,
): PermissionSet<`${string}:${string}`> | undefined {
  const text = 'path' in question ? valueOf(gates, question.path) : question.permission;
  const match = text?.includes(' | ') === true ? 'any' : 'all';
  const [first, ...others] = (text ?? '').split(/ [&|] /).filter(isPermission);
  return first === undefined ? undefined : { match, permissions: [first, ...others] };
}

function isPermission(text: string): text is `${string}:${string}` {
  return text.includes(':');
}

function factsOf({ resources }: Policy, role: string): Facts {
  const [resource = '', instanceRole] = role.split('#');
  const instances = Object.entries(resources).map(([name, { relations = {} }]) => [
    `${name}:${key}`,
    {
      tenant: key,
      // An instance cannot be linked to itself.
      relations: Object.fromEntries(
        Object.entries(relations).flatMap(([relation, to]) =>
          to === name ? [] : [[relation, `${to}:${key}`]],
        ),
      ),
    },
  ]);
  const user =
    instanceRole === undefined
      ? { roles: { [key]: [role] } }
      : { instanceRoles: { [`${resource}:${key}`]: [instanceRole] } };
  return { users: { [key]: user }, instances: Object.fromEntries(instances) };
}
