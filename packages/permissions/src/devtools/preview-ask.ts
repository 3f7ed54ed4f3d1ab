import { answerPrepared, type PreparedQuestion } from '../trpc/answer-prepared.ts';
import type { Facts } from '../facts/facts.ts';
import type { GateQuestion } from '../core/gate-question.ts';
import { rolesOf } from '../core/grants.ts';
import type { Policy } from '../core/policy.ts';
import { valueOf } from '../core/records.ts';
import type { Ask } from '../react/gate-store.ts';
import { createTestPermissions } from '../testing/create-test-permissions.ts';
import type { PermissionSet } from '../trpc/requirement.ts';

/** What each procedure's gate requires, by path, in the format of `gatesOf` of `./trpc`. */
export type GateTable = Readonly<Record<string, string>>;

/** The key of the user, the tenant and every instance in a preview. */
const key = 'preview';

/** The roles that can be previewed: tenant roles (`editor`) and instance roles on every instance (`reports#owner`). */
export function previewRoles({ resources, ...policy }: Policy): string[] {
  const onInstances = Object.entries(resources).flatMap(([resource, { roles = {} }]) =>
    Object.keys(roles).map((role) => `${resource}#${role}`),
  );
  return [...rolesOf({ resources, ...policy }), ...onInstances];
}

/**
 * Creates an `ask` function that answers a page's gates for a user with one role, with an engine in the browser and
 * without a request. Each resource has one instance, linked by the policy's relations. Instances have no attributes, so
 * rules with a condition on attributes do not apply. A procedure that is not in the table is allowed.
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

/** The permissions that the gate of a question requires; `undefined` when there is no gate. */
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
      // Leaves out relations of a resource to itself: an instance cannot be linked to itself.
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
