import type { PacedCaller } from './throttled-caller.ts';
import { userAttributesOf } from '../environment/read-environment.ts';
import type { RuleSchema } from '../schema/policy-schema.ts';
import type { StepValues } from '../plan/policy-step.ts';
import { withoutParents } from './resource-steps.ts';
import type { Taker, Takers } from './apply-step.ts';
import { unlessMissing } from './unless-missing.ts';

/** A table's sets stand alone. The SDK's types, unlike the API, have no null here. */
const detached: object = { parent_id: null };

const setSteps: Taker<StepValues['user set']> = {
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
        ...(before.parent === undefined ? {} : detached),
      }),
    ),
  remove: ({ remove }, { key, kind }) =>
    remove(`remove ${kind} ${key}`, (permit) => permit.api.conditionSets.delete(key)),
};

export const ruleSteps: Takers<'user attribute' | 'role' | 'user set' | 'resource set' | 'rule'> = {
  'user attribute': {
    create: ({ write }, { key, type }) =>
      write(`create user attribute ${key}`, (permit) => {
        const { axiosInstance, url, headers } = userAttributesOf(permit);
        return axiosInstance.post(url, { key, type }, { headers });
      }),
    update: ({ write }, { key, type }) =>
      write(`change user attribute ${key}`, (permit) => {
        const { axiosInstance, url, headers } = userAttributesOf(permit);
        return axiosInstance.patch(`${url}/${key}`, { type }, { headers });
      }),
    remove: ({ remove }, { key }) =>
      remove(`remove user attribute ${key}`, (permit) => {
        const { axiosInstance, url, headers } = userAttributesOf(permit);
        return axiosInstance.delete(`${url}/${key}`, { headers });
      }),
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
  },

  'user set': setSteps,
  'resource set': setSteps,

  rule: {
    create: (caller, rule) => permitAll(caller, rule, rule.permissions),
    async update(caller, after, before) {
      const missing = after.permissions.filter((permission) => !before.permissions.includes(permission));
      const extra = before.permissions.filter((permission) => !after.permissions.includes(permission));
      await permitAll(caller, after, missing);
      await forbidAll(caller, before, extra);
    },
    remove: (caller, rule) => forbidAll(caller, rule, rule.permissions),
  },
};

/* oxlint-disable no-await-in-loop -- one at a time: the vendor limits the rate */

async function permitAll(
  { write }: PacedCaller,
  rule: RuleSchema,
  permissions: readonly string[],
): Promise<void> {
  for (const permission of permissions) {
    await write(`create rule ${permission}`, (permit) =>
      permit.api.conditionSetRules.create(wireOf(rule, permission)),
    );
  }
}

async function forbidAll(
  { remove }: PacedCaller,
  rule: RuleSchema,
  permissions: readonly string[],
): Promise<void> {
  for (const permission of permissions) {
    await unlessMissing(() =>
      remove(`remove rule ${permission}`, (permit) =>
        permit.api.conditionSetRules.delete(wireOf(rule, permission)),
      ),
    );
  }
}

/* oxlint-enable no-await-in-loop */

function wireOf({ who, what }: RuleSchema, permission: string) {
  return {
    user_set: who.key,
    permission,
    resource_set: what.key,
    is_role: who.kind === 'role',
    is_resource: what.kind === 'resource',
  };
}
