import { applyPatch } from '../model/table.ts';
import { duplicate, PermitError } from '../errors.ts';
import { blankResource, type Environment } from '../model/environment.ts';
import type { ActionRecord, AttributeRecord, ResourceRecord } from '../model/records.ts';
import type { ResourceCreate, ResourceReplace, ResourceUpdate } from '../schemas/schema.ts';
import { buildActions, buildAttributes, buildRelations, buildRoles, mapValues } from './resource-parts.ts';
import { readRole } from './roles.ts';
import { removeDanglingReferences } from './removal.ts';

/** Maps in the request replace the old maps entirely. */
function apply(env: Environment, before: ResourceRecord, input: ResourceUpdate): ResourceRecord {
  const { actions, attributes, relations, roles } = input;
  const draft = applyPatch(before, {
    name: input.name,
    urn: input.urn,
    description: input.description,
    type_attributes: input.type_attributes,
    actions: actions == null ? undefined : buildActions(env, before, actions),
    attributes: attributes == null ? undefined : buildAttributes(env, before, attributes),
    relations: relations == null ? undefined : buildRelations(env, before, relations),
  });
  return roles == null ? draft : { ...draft, roles: buildRoles(env, draft, roles) };
}

export function createResource(env: Environment, { key, ...input }: ResourceCreate): ResourceRecord {
  if (env.resources.has(key)) throw duplicate('resource', key);
  const resource = apply(env, blankResource(env, key), input);
  env.resources.put(resource);
  return resource;
}

/** Also removes every reference to a part that the resource no longer has. */
export function putResource(env: Environment, resource: ResourceRecord): ResourceRecord {
  const stamped = { ...resource, updated_at: env.now() };
  env.resources.put(stamped);
  removeDanglingReferences(env);
  return env.resources.get(resource.key) ?? stamped;
}

export function replaceResource(
  env: Environment,
  before: ResourceRecord,
  input: ResourceReplace,
): ResourceRecord {
  const nothing = { urn: null, description: null, type_attributes: null };
  const empty = { attributes: {}, roles: {}, relations: {} };
  return putResource(env, apply(env, before, { ...nothing, ...empty, ...input }));
}

/** An action that a PATCH of `actions` leaves out is deleted, with every permission that names it. */
export function updateResource(
  env: Environment,
  before: ResourceRecord,
  input: ResourceUpdate,
): ResourceRecord {
  return putResource(env, apply(env, before, input));
}

export function deleteResource(env: Environment, resource: ResourceRecord): void {
  if (resource.built_in) throw new PermitError('INVALID_INPUT', 'A built-in resource cannot be deleted');
  env.resources.delete(resource);
  removeDanglingReferences(env);
}

function readAction({ id, key, name, description, attributes }: ActionRecord): Record<string, unknown> {
  return { name, description, attributes, id, key };
}

function readAttribute({ id, key, type, description }: AttributeRecord): Record<string, unknown> {
  return { type, description, id, key };
}

export function readResource(env: Environment, resource: ResourceRecord): Record<string, unknown> {
  const { key, id, created_at, updated_at, name, urn, description, type_attributes } = resource;
  return {
    key,
    id,
    ...env.scope,
    created_at,
    updated_at,
    name,
    urn,
    description,
    type_attributes,
    actions: mapValues(resource.actions, readAction),
    attributes: mapValues(resource.attributes, readAttribute),
    roles: mapValues(resource.roles, (role) => readRole(env, role, resource)),
    relations: mapValues(resource.relations, (relation) => ({
      description: relation.description,
      resource_id: env.resources.get(relation.subject_resource)?.id,
      relation_name: relation.name,
      resource: relation.subject_resource,
    })),
    action_groups: mapValues(resource.action_groups, ({ actions }) => actions),
    v1compat_path: null,
    v1compat_type: null,
    v1compat_name: null,
  };
}
