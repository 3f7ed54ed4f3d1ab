import { mapValues } from '../../core/records.ts';
import { permitPath, type PermitClient } from '../../permit/client/permit-client.ts';
import { comparableText } from '../plan/compare-values.ts';
import type { StepValues } from '../plan/policy-step.ts';
import { moveHolders, moveInstances } from './move-facts.ts';
import { type StepHandlers, withoutParents } from './rule-steps.ts';

export const resourceSteps: StepHandlers<
  'resource' | 'action' | 'attribute' | 'relation' | 'resource role' | 'derivations'
> = {
  resource: {
    create: (client, { key, name, actions = [], attributes = {} }) =>
      client.change('POST', '/schema/resources', {
        body: {
          key,
          name,
          actions: Object.fromEntries(actions.map((action) => [action, {}])),
          attributes: mapValues(attributes, (type) => ({ type })),
        },
      }),
    update: (client, { key, name }) =>
      client.change('PATCH', permitPath`/schema/resources/${key}`, { body: { name } }),
    remove: (client, { key }) =>
      client.change('DELETE', permitPath`/schema/resources/${key}`, { unless: 404 }),
    move: (client, { key: from }, { key: to, kept = { roles: {}, relations: [], resources: {} } }) =>
      moveInstances(client, { from, to }, kept),
  },

  action: {
    create: (client, { resource, key }) =>
      client.change('POST', permitPath`/schema/resources/${resource}/actions`, { body: { key, name: key } }),
    remove: removeFrom('actions'),
  },

  attribute: {
    create: (client, { resource, key, type }) =>
      client.change('POST', permitPath`/schema/resources/${resource}/attributes`, { body: { key, type } }),
    update: (client, { resource, key, type }) =>
      client.change('PATCH', permitPath`/schema/resources/${resource}/attributes/${key}`, { body: { type } }),
    remove: removeFrom('attributes'),
  },

  relation: {
    create: (client, { resource, key, to }) =>
      client.change('POST', permitPath`/schema/resources/${resource}/relations`, {
        body: { key, name: key, subject_resource: to },
      }),
    remove: removeFrom('relations'),
  },

  'resource role': {
    create: (client, { resource, key, name, permissions }) =>
      client.change('POST', permitPath`/schema/resources/${resource}/roles`, {
        body: { key, name, permissions },
      }),
    update: updateRole,
    move: (client, { resource, key: from }, { key: to }) => moveHolders(client, { resource, from, to }),
    remove: removeFrom('roles'),
  },

  derivations: {
    create: (client, after) =>
      updateDerivations(client, after, { ...after, from: [], onlyWithoutDirectRole: false }),
    update: updateDerivations,
  },
};

function removeFrom(list: 'actions' | 'attributes' | 'relations' | 'roles') {
  return (client: PermitClient, { resource, key }: { readonly resource: string; readonly key: string }) =>
    client.change('DELETE', permitPath`/schema/resources/${resource}/${list}/${key}`, { unless: 404 });
}

/**
 * Permit's cloud has answered 500 to a PATCH of about 40 permissions of an instance role
 * (permitio/terraform-provider-permit-io#60), so an update changes few at a time. Whether other calls have such a limit
 * is not known; a creation sends all permissions in one call.
 */
const maxPermissionsPerCall = 20;

async function updateRole(
  client: PermitClient,
  after: StepValues['resource role'],
  before: StepValues['resource role'],
): Promise<void> {
  const { resource, key, name } = after;
  const role = permitPath`/schema/resources/${resource}/roles/${key}`;
  if (name !== before.name || before.extends.length > 0)
    await client.change('PATCH', role, { body: { name, ...withoutParents(before) } });
  /* oxlint-disable no-await-in-loop -- one chunk at a time */
  for (const permissions of inChunks(after.permissions.filter((one) => !before.permissions.includes(one))))
    await client.change('POST', `${role}/permissions`, { body: { permissions } });
  for (const permissions of inChunks(before.permissions.filter((one) => !after.permissions.includes(one))))
    await client.change('DELETE', `${role}/permissions`, { body: { permissions } });
  /* oxlint-enable no-await-in-loop */
}

function inChunks(permissions: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(permissions.length / maxPermissionsPerCall) }, (_, at) =>
    permissions.slice(at * maxPermissionsPerCall, (at + 1) * maxPermissionsPerCall),
  );
}

async function updateDerivations(
  client: PermitClient,
  after: StepValues['derivations'],
  before: StepValues['derivations'],
): Promise<void> {
  const grants = permitPath`/schema/resources/${after.resource}/roles/${after.key}/implicit_grants`;
  const present = new Set(before.from.map(comparableText));
  const wanted = new Set(after.from.map(comparableText));
  /* oxlint-disable no-await-in-loop -- in order: a derivation may be removed and created again */
  for (const rule of before.from.filter((one) => !wanted.has(comparableText(one))))
    await client.change('DELETE', grants, { body: requestOf(rule), unless: 404 });
  for (const rule of after.from.filter((one) => !present.has(comparableText(one))))
    await client.change('POST', grants, { body: requestOf(rule) });
  /* oxlint-enable no-await-in-loop */
  if (after.onlyWithoutDirectRole !== before.onlyWithoutDirectRole) {
    const body = { no_direct_roles_on_object: after.onlyWithoutDirectRole };
    await client.change('PUT', `${grants}/conditions`, { body });
  }
}

function requestOf({ role, on, via }: StepValues['derivations']['from'][number]) {
  return { role, on_resource: on, linked_by_relation: via };
}
