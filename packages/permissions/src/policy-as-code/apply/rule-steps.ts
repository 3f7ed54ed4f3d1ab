import { type PermitClient, permitPath } from '../../permit/client/permit-client.ts';
import type { StepKind, StepValues } from '../plan/policy-step.ts';
import type { RuleSchema } from '../schema/policy-schema.ts';
import { moveHolders, type MoveAgain } from './move-facts.ts';

export interface StepHandler<Value> {
  readonly create: (client: PermitClient, after: Value) => Promise<unknown>;
  /** Absent when Permit cannot change this kind of object. */
  readonly update?: (client: PermitClient, after: Value, before: Value) => Promise<unknown>;
  /** Moves the dependents of `before` to `after`. Absent for objects that cannot be renamed. */
  readonly move?: (client: PermitClient, before: Value, after: Value) => Promise<MoveAgain>;
  /** Absent when Permit removes this kind of object together with another one. */
  readonly remove?: (client: PermitClient, before: Value) => Promise<unknown>;
}

export type StepHandlers<Kind extends StepKind> = { readonly [K in Kind]: StepHandler<StepValues[K]> };

const setSteps: StepHandler<StepValues['user set']> = {
  create: (client, { key, kind, name, where, resource }) =>
    client.change('POST', '/schema/condition_sets', {
      body: {
        key,
        name,
        type: kind === 'user set' ? 'userset' : 'resourceset',
        conditions: where,
        ...(resource !== undefined && { resource_id: resource }),
      },
    }),
  // Removes a parent, which the sets of a policy table cannot have.
  update: (client, { key, name, where }, before) =>
    client.change('PATCH', permitPath`/schema/condition_sets/${key}`, {
      body: { name, conditions: where, ...(before.parent !== undefined && { parent_id: null }) },
    }),
  remove: (client, { key }) =>
    client.change('DELETE', permitPath`/schema/condition_sets/${key}`, { unless: 404 }),
};

export const ruleSteps: StepHandlers<'user attribute' | 'role' | 'user set' | 'resource set' | 'rule'> = {
  'user attribute': {
    create: (client, { key, type }) =>
      client.change('POST', '/schema/users/attributes', { body: { key, type } }),
    update: (client, { key, type }) =>
      client.change('PATCH', permitPath`/schema/users/attributes/${key}`, { body: { type } }),
    remove: (client, { key }) =>
      client.change('DELETE', permitPath`/schema/users/attributes/${key}`, { unless: 404 }),
  },

  role: {
    create: (client, { key, name, permissions }) =>
      client.change('POST', '/schema/roles', { body: { key, name, permissions } }),
    update: (client, { key, name, permissions }, before) =>
      client.change('PATCH', permitPath`/schema/roles/${key}`, {
        body: { name, permissions, ...withoutParents(before) },
      }),
    remove: (client, { key }) => client.change('DELETE', permitPath`/schema/roles/${key}`, { unless: 404 }),
    move: (client, from, to) => moveHolders(client, { from: from.key, to: to.key }),
  },

  'user set': setSteps,
  'resource set': setSteps,

  rule: {
    create: (client, rule) => createRules(client, rule, rule.permissions),
    async update(client, after, before) {
      const missing = after.permissions.filter((permission) => !before.permissions.includes(permission));
      const extra = before.permissions.filter((permission) => !after.permissions.includes(permission));
      await createRules(client, after, missing);
      await removeRules(client, before, extra);
    },
    remove: (client, rule) => removeRules(client, rule, rule.permissions),
  },
};

export function withoutParents({ extends: parents }: { readonly extends: readonly string[] }): object {
  return parents.length === 0 ? {} : { extends: [] };
}

/* oxlint-disable no-await-in-loop -- sequential: Permit limits the rate */

async function createRules(client: PermitClient, rule: RuleSchema, permissions: readonly string[]) {
  for (const permission of permissions)
    await client.change('POST', '/facts/set_rules', { body: requestOf(rule, permission) });
}

async function removeRules(client: PermitClient, rule: RuleSchema, permissions: readonly string[]) {
  for (const permission of permissions)
    await client.change('DELETE', '/facts/set_rules', { body: requestOf(rule, permission), unless: 404 });
}

/* oxlint-enable no-await-in-loop */

function requestOf({ who, what }: RuleSchema, permission: string) {
  return {
    user_set: who.key,
    permission,
    resource_set: what.key,
    is_role: who.kind === 'role',
    is_resource: what.kind === 'resource',
  };
}
