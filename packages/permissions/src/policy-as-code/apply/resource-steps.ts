import { AttributeTypeName } from '../conditions/attribute-type-name.ts';
import { comparableText } from '../plan/compare-values.ts';
import type { StepValues } from '../plan/policy-step.ts';
import { ignoreNotFound } from './ignore-not-found.ts';
import { moveHolders, moveInstances } from './move-facts.ts';
import type { StepHandlers } from './step-handler.ts';
import type { ThrottledCaller } from './throttled-caller.ts';
import { withoutParents } from './without-parents.ts';

/** Handlers for resources and their actions, attributes, relations, instance roles and derivations. */
export const resourceSteps: StepHandlers<
  'resource' | 'action' | 'attribute' | 'relation' | 'resource role' | 'derivations'
> = {
  resource: {
    create: ({ write }, { key, name, actions = [], attributes = {} }) =>
      write(`create resource ${key}`, (permit) =>
        permit.api.resources.create({
          key,
          name,
          actions: Object.fromEntries(actions.map((action) => [action, {}])),
          attributes: Object.fromEntries(
            Object.entries(attributes).map(([attribute, type]) => [
              attribute,
              { type: AttributeTypeName.parse(type) },
            ]),
          ),
        }),
      ),
    update: ({ write }, { key, name }) =>
      write(`rename resource ${key}`, (permit) => permit.api.resources.update(key, { name })),
    remove: ({ remove }, { key }) =>
      remove(`remove resource ${key}`, (permit) => permit.api.resources.delete(key)),
    async move(caller, { key: from }, { key: to, kept }) {
      if (kept !== undefined) await moveInstances(caller, { from, to }, kept);
      await ignoreNotFound(() =>
        caller.remove(`remove resource ${from}`, (permit) => permit.api.resources.delete(from)),
      );
    },
  },

  action: {
    create: ({ write }, { resource, key }) =>
      write(`create action ${resource}:${key}`, (permit) =>
        permit.api.resourceActions.create(resource, { key, name: key }),
      ),
    remove: ({ remove }, { resource, key }) =>
      remove(`remove action ${resource}:${key}`, (permit) =>
        permit.api.resourceActions.delete(resource, key),
      ),
  },

  attribute: {
    create: ({ write }, { resource, key, type }) =>
      write(`create attribute ${resource}.${key}`, (permit) =>
        permit.api.resourceAttributes.create(resource, { key, type: AttributeTypeName.parse(type) }),
      ),
    update: ({ write }, { resource, key, type }) =>
      write(`change attribute ${resource}.${key}`, (permit) =>
        permit.api.resourceAttributes.update(resource, key, { type: AttributeTypeName.parse(type) }),
      ),
    remove: ({ remove }, { resource, key }) =>
      remove(`remove attribute ${resource}.${key}`, (permit) =>
        permit.api.resourceAttributes.delete(resource, key),
      ),
  },

  relation: {
    create: ({ write }, { resource, key, to }) =>
      write(`create relation ${resource}.${key}`, (permit) =>
        permit.api.resourceRelations.create(resource, { key, name: key, subject_resource: to }),
      ),
    remove: ({ remove }, { resource, key }) =>
      remove(`remove relation ${resource}.${key}`, (permit) =>
        permit.api.resourceRelations.delete(resource, key),
      ),
  },

  'resource role': {
    create: ({ write }, { resource, key, name, permissions }) =>
      write(`create role ${resource}#${key}`, (permit) =>
        permit.api.resourceRoles.create(resource, { key, name, permissions: [...permissions] }),
      ),
    update: updateRole,
    async move(caller, { resource, key: from }, { key: to }) {
      await moveHolders(caller, { resource, from, to });
      await ignoreNotFound(() =>
        caller.remove(`remove role ${resource}#${from}`, (permit) =>
          permit.api.resourceRoles.delete(resource, from),
        ),
      );
    },
    remove: ({ remove }, { resource, key }) =>
      remove(`remove role ${resource}#${key}`, (permit) => permit.api.resourceRoles.delete(resource, key)),
  },

  derivations: {
    create: (caller, after) =>
      updateDerivations(caller, after, { ...after, from: [], onlyWithoutDirectRole: false }),
    update: updateDerivations,
  },
};

/** Permit's cloud responds with 500 when one call changes about 40 permissions of an instance role. */
const maxPermissionsPerCall = 20;

async function updateRole(
  { write, remove }: ThrottledCaller,
  after: StepValues['resource role'],
  before: StepValues['resource role'],
): Promise<void> {
  const { resource, key, name } = after;
  const role = `${resource}#${key}`;
  if (name !== before.name || before.extends.length > 0) {
    await write(`update role ${role}`, (permit) =>
      permit.api.resourceRoles.update(resource, key, { name, ...withoutParents(before) }),
    );
  }
  /* oxlint-disable no-await-in-loop -- in chunks: Permit fails on more at once */
  for (const chunk of inChunks(after.permissions.filter((one) => !before.permissions.includes(one)))) {
    await write(`grant permissions to role ${role}`, (permit) =>
      permit.api.resourceRoles.assignPermissions(resource, key, chunk),
    );
  }
  for (const chunk of inChunks(before.permissions.filter((one) => !after.permissions.includes(one)))) {
    await remove(`revoke permissions from role ${role}`, (permit) =>
      permit.api.resourceRoles.removePermissions(resource, key, chunk),
    );
  }
  /* oxlint-enable no-await-in-loop */
}

function inChunks(permissions: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(permissions.length / maxPermissionsPerCall) }, (_, at) =>
    permissions.slice(at * maxPermissionsPerCall, (at + 1) * maxPermissionsPerCall),
  );
}

async function updateDerivations(
  { write, remove }: ThrottledCaller,
  after: StepValues['derivations'],
  before: StepValues['derivations'],
): Promise<void> {
  const { resource, key } = after;
  const role = `${resource}#${key}`;
  const present = new Set(before.from.map(comparableText));
  const wanted = new Set(after.from.map(comparableText));
  /* oxlint-disable no-await-in-loop -- in order: a derivation may be removed and created again */
  for (const rule of before.from.filter((one) => !wanted.has(comparableText(one)))) {
    await ignoreNotFound(() =>
      remove(`remove a derivation of ${role}`, (permit) =>
        permit.api.resourceRoles.deleteRoleDerivation(resource, key, requestOf(rule)),
      ),
    );
  }
  for (const rule of after.from.filter((one) => !present.has(comparableText(one)))) {
    await write(`derive ${role}`, (permit) =>
      permit.api.resourceRoles.createRoleDerivation(resource, key, requestOf(rule)),
    );
  }
  /* oxlint-enable no-await-in-loop */
  if (after.onlyWithoutDirectRole !== before.onlyWithoutDirectRole) {
    await write(`set when ${role} is derived`, (permit) =>
      permit.api.resourceRoles.updateRoleDerivationConditions(resource, key, {
        no_direct_roles_on_object: after.onlyWithoutDirectRole,
      }),
    );
  }
}

function requestOf({ role, on, via }: StepValues['derivations']['from'][number]) {
  return { role, on_resource: on, linked_by_relation: via };
}
