import { applyPatch } from '../model/table.ts';
import { findResource, findPart } from '../domain/find.ts';
import { filter, searchByName } from '../domain/paging.ts';
import { buildAction, buildAttribute } from '../domain/resource-parts.ts';
import {
  createResource,
  deleteResource,
  readResource,
  replaceResource,
  updateResource,
} from '../domain/resources.ts';
import { crud, partRoutes } from '../http/crud.ts';
import { inEnvironment } from '../http/route.ts';
import type { Environment } from '../model/environment.ts';
import type { ActionRecord, AttributeRecord, RelationRecord, ResourceRecord } from '../model/records.ts';
import {
  resourceCreate,
  resourceListQuery,
  resourceReplace,
  resourceUpdate,
  actionCreate,
  actionGroupCreate,
  actionGroupUpdate,
  actionUpdate,
  attributeCreate,
  attributeUpdate,
  relationCreate,
} from '../schemas/schema.ts';

function actionsOf(resource: ResourceRecord, actions: readonly string[]): string[] {
  return actions.map((action) => findPart(resource.actions, 'ResourceAction', action).key);
}

const actionGroups = partRoutes({
  kind: 'action_groups',
  of: ({ action_groups }) => action_groups,
  names: ['ResourceActionGroup', 'action group'],
  id: 'action_group_id',
  read(env, resource, { key, id, created_at, updated_at, ...fields }) {
    return { ...fields, key, id, ...env.scope, resource_id: resource.id, created_at, updated_at };
  },
  create: [
    actionGroupCreate,
    (env, resource, { key, name, description, attributes, actions }) => ({
      ...env.stamp(),
      key,
      name,
      description: description ?? null,
      attributes: attributes ?? {},
      actions: actionsOf(resource, actions ?? []),
    }),
  ],
  update: [
    actionGroupUpdate,
    (env, { resource, part }, { attributes, actions, ...fields }) =>
      applyPatch(part, {
        ...fields,
        attributes: attributes ?? undefined,
        actions: actions && actionsOf(resource, actions),
        updated_at: env.now(),
      }),
  ],
});

function readAction(env: Environment, resource: ResourceRecord, action: ActionRecord) {
  const { key, id, name, description, attributes, created_at, updated_at } = action;
  const permission_name = `${resource.key}:${key}`;
  const ids = { key, id, permission_name, ...env.scope, resource_id: resource.id };
  return { name, description, attributes, ...ids, created_at, updated_at };
}

const actions = partRoutes({
  kind: 'actions',
  of: (resource) => resource.actions,
  names: ['ResourceAction', 'action'],
  id: 'action_id',
  read: readAction,
  create: [actionCreate, (env, _, body) => buildAction(env, { key: body.key }, body)],
  update: [
    actionUpdate,
    (env, { part }, { name, description, attributes }) =>
      applyPatch(part, { name, description, attributes: attributes ?? undefined, updated_at: env.now() }),
  ],
});

function readAttribute(env: Environment, resource: ResourceRecord, attribute: AttributeRecord) {
  const { key, id, type, description, created_at, updated_at } = attribute;
  const ids = { key, id, resource_id: resource.id, resource_key: resource.key, ...env.scope };
  return { type, description, built_in: false, ...ids, created_at, updated_at };
}

const attributes = (under: 'resources/{resource_id}' | 'users') =>
  partRoutes(
    {
      kind: 'attributes',
      of: (resource) => resource.attributes,
      names: ['ResourceAttribute', 'attribute'],
      id: 'attribute_id',
      read: readAttribute,
      create: [attributeCreate, (env, _, body) => buildAttribute(env, { key: body.key }, body)],
      update: [
        attributeUpdate,
        (env, { part }, body) => applyPatch(part, { ...body, updated_at: env.now() }),
      ],
    },
    under,
  );

function readRelation(env: Environment, object: ResourceRecord, relation: RelationRecord) {
  const { key, id, name, description, subject_resource, created_at, updated_at } = relation;
  return {
    description,
    subject_resource,
    key,
    name,
    id,
    ...env.scope,
    created_at,
    updated_at,
    object_resource_id: object.id,
    object_resource: object.key,
    subject_resource_id: env.resources.get(subject_resource)?.id,
  };
}

const relations = partRoutes({
  kind: 'relations',
  of: (resource) => resource.relations,
  names: ['Relation', 'relation'],
  id: 'relation_id',
  read: readRelation,
  isCounted: true,
  create: [
    relationCreate,
    (env, _, { key, name, description, subject_resource }) => ({
      ...env.stamp(),
      key,
      name,
      description: description ?? null,
      subject_resource: findResource(env, subject_resource).key,
    }),
  ],
});

export const resourceRoutes = [
  ...crud('/v2/schema/{p}/{e}/resources', {
    id: 'resource_id',
    read: readResource,
    list: [
      resourceListQuery,
      ({ resources }, query) =>
        filter(
          searchByName(resources.values(), query),
          ({ built_in }) => !built_in || query.include_built_in === true,
        ),
    ],
    create: [resourceCreate, createResource],
    find: findResource,
    update: [resourceUpdate, updateResource],
    remove: deleteResource,
  }),
  inEnvironment('PUT /v2/schema/{p}/{e}/resources/{resource_id}', {
    body: resourceReplace,
    run: (env, { params, body }) =>
      readResource(env, replaceResource(env, findResource(env, params.resource_id), body)),
  }),
  ...actionGroups,
  ...actions,
  ...attributes('resources/{resource_id}'),
  ...attributes('users'),
  ...relations,
];
