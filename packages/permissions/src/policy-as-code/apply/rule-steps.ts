import { rawApi } from '../environment/raw-api.ts';
import type { RuleSchema } from '../schema/policy-schema.ts';
import type { StepValues } from '../plan/policy-step.ts';
import { ignoreNotFound } from './ignore-not-found.ts';
import { moveHolders } from './move-facts.ts';
import type { StepHandler, StepHandlers } from './step-handler.ts';
import type { ThrottledCaller } from './throttled-caller.ts';
import { withoutParents } from './without-parents.ts';

/** Sets of a policy have no parent. The API accepts null here, but the SDK's types do not. */
const withoutParentSet: object = { parent_id: null };

const setSteps: StepHandler<StepValues['user set']> = {
  create: ({ write }, { key, kind, name, where, resource }) =>
    write(`create ${kind} ${key}`, (permit) =>
      permit.api.conditionSets.create({
        key,
        name,
        type: kind === 'user set' ? 'userset' : 'resourceset',
        conditions: where,
        ...(resource !== undefined && { resource_id: resource }),
      }),
    ),
  update: ({ write }, { key, kind, name, where }, before) =>
    write(`update ${kind} ${key}`, (permit) =>
      permit.api.conditionSets.update(key, {
        name,
        conditions: where,
        ...(before.parent === undefined ? {} : withoutParentSet),
      }),
    ),
  remove: ({ remove }, { key, kind }) =>
    remove(`remove ${kind} ${key}`, (permit) => permit.api.conditionSets.delete(key)),
};

/** Handlers for user attributes, tenant roles, condition sets and rules. */
export const ruleSteps: StepHandlers<'user attribute' | 'role' | 'user set' | 'resource set' | 'rule'> = {
  'user attribute': {
    create: ({ write }, { key, type }) =>
      write(`create user attribute ${key}`, (permit) =>
        rawApi(permit).post('schema', 'users/attributes', { key, type }),
      ),
    update: ({ write }, { key, type }) =>
      write(`change user attribute ${key}`, (permit) =>
        rawApi(permit).patch('schema', `users/attributes/${key}`, { type }),
      ),
    remove: ({ remove }, { key }) =>
      remove(`remove user attribute ${key}`, (permit) =>
        rawApi(permit).delete('schema', `users/attributes/${key}`),
      ),
  },

  role: {
    create: ({ write }, { key, name, permissions }) =>
      write(`create role ${key}`, (permit) =>
        permit.api.roles.create({ key, name, permissions: [...permissions] }),
      ),
    update: ({ write }, { key, name, permissions }, before) =>
      write(`update role ${key}`, (permit) =>
        permit.api.roles.update(key, { name, permissions: [...permissions], ...withoutParents(before) }),
      ),
    remove: ({ remove }, { key }) => remove(`remove role ${key}`, (permit) => permit.api.roles.delete(key)),
    async move(caller, { key: from }, { key: to }) {
      await moveHolders(caller, { from, to });
      await ignoreNotFound(() =>
        caller.remove(`remove role ${from}`, (permit) => permit.api.roles.delete(from)),
      );
    },
  },

  'user set': setSteps,
  'resource set': setSteps,

  rule: {
    create: (caller, rule) => createRules(caller, rule, rule.permissions),
    async update(caller, after, before) {
      const missing = after.permissions.filter((permission) => !before.permissions.includes(permission));
      const extra = before.permissions.filter((permission) => !after.permissions.includes(permission));
      await createRules(caller, after, missing);
      await removeRules(caller, before, extra);
    },
    remove: (caller, rule) => removeRules(caller, rule, rule.permissions),
  },
};

/* oxlint-disable no-await-in-loop -- sequential: Permit limits the rate */

async function createRules(
  { write }: ThrottledCaller,
  rule: RuleSchema,
  permissions: readonly string[],
): Promise<void> {
  for (const permission of permissions) {
    await write(`create rule ${permission}`, (permit) =>
      permit.api.conditionSetRules.create(requestOf(rule, permission)),
    );
  }
}

async function removeRules(
  { remove }: ThrottledCaller,
  rule: RuleSchema,
  permissions: readonly string[],
): Promise<void> {
  for (const permission of permissions) {
    await ignoreNotFound(() =>
      remove(`remove rule ${permission}`, (permit) =>
        permit.api.conditionSetRules.delete(requestOf(rule, permission)),
      ),
    );
  }
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
