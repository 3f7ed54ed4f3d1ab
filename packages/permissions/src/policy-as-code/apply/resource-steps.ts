import { AttributeTypeName } from '../conditions/attribute-type-name.ts';
import { orderOf } from '../plan/compare-values.ts';
import type { PacedCaller } from './throttled-caller.ts';
import type { StepValues } from '../plan/policy-step.ts';
import type { Takers } from './apply-step.ts';
import { unlessMissing } from './unless-missing.ts';

export const resourceSteps: Takers<
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
    update: changeRole,
    remove: ({ remove }, { resource, key }) =>
      remove(`remove role ${resource}#${key}`, (permit) => permit.api.resourceRoles.delete(resource, key)),
  },

  derivations: {
    create: (caller, after) => derive(caller, after, { ...after, from: [], onlyWithoutDirectRole: false }),
    update: derive,
  },
};

/** Permit's cloud fails (500) on a role on instances that changes by some 40 permissions at once. */
const permissionsAtOnce = 20;

async function changeRole(
  { write, remove }: PacedCaller,
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
  /* oxlint-disable no-await-in-loop -- no more at once than Permit takes */
  for (const some of inChunks(after.permissions.filter((one) => !before.permissions.includes(one)))) {
    await write(`grant permissions to role ${role}`, (permit) =>
      permit.api.resourceRoles.assignPermissions(resource, key, some),
    );
  }
  for (const some of inChunks(before.permissions.filter((one) => !after.permissions.includes(one)))) {
    await remove(`revoke permissions from role ${role}`, (permit) =>
      permit.api.resourceRoles.removePermissions(resource, key, some),
    );
  }
  /* oxlint-enable no-await-in-loop */
}

function inChunks(permissions: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(permissions.length / permissionsAtOnce) }, (_, at) =>
    permissions.slice(at * permissionsAtOnce, (at + 1) * permissionsAtOnce),
  );
}

/** Only a role that had parents is told to have none: the SDK's types, unlike the API, know nothing of them. */
export function withoutParents({ extends: parents }: { readonly extends: readonly string[] }): object {
  return parents.length === 0 ? {} : { extends: [] };
}

async function derive(
  { write, remove }: PacedCaller,
  after: StepValues['derivations'],
  before: StepValues['derivations'],
): Promise<void> {
  const { resource, key } = after;
  const role = `${resource}#${key}`;
  const present = new Set(before.from.map(orderOf));
  const wanted = new Set(after.from.map(orderOf));
  /* oxlint-disable no-await-in-loop -- in order: one may be removed to be made anew */
  for (const rule of before.from.filter((one) => !wanted.has(orderOf(one)))) {
    await unlessMissing(() =>
      remove(`remove a derivation of ${role}`, (permit) =>
        permit.api.resourceRoles.deleteRoleDerivation(resource, key, wireOf(rule)),
      ),
    );
  }
  for (const rule of after.from.filter((one) => !present.has(orderOf(one)))) {
    await write(`derive ${role}`, (permit) =>
      permit.api.resourceRoles.createRoleDerivation(resource, key, wireOf(rule)),
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

function wireOf({ role, on, via }: StepValues['derivations']['from'][number]) {
  return { role, on_resource: on, linked_by_relation: via };
}
