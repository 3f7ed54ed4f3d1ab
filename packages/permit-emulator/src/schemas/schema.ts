import { z } from 'zod';
import { attributes, flagParameter, key, paging, text, textParameter } from './common.ts';

const when = z.strictObject({ no_direct_roles_on_object: z.boolean().optional() });

export const derivationRule = z.strictObject({
  role: z.string(),
  on_resource: z.string(),
  linked_by_relation: z.string(),
  when: when.nullish(),
});
export const derivationRuleDelete = z.strictObject({
  role: z.string(),
  on_resource: z.string(),
  linked_by_relation: z.string(),
});
export const derivationConditions = when;
const derivation = z.strictObject({
  when: when.nullish(),
  users_with_role: z.array(derivationRule).optional(),
});

const roleFields = {
  description: text,
  permissions: z.array(z.string()).nullish(),
  attributes: attributes.nullish(),
  extends: z.array(z.string()).nullish(),
  granted_to: derivation.nullish(),
  v1compat_settings: attributes.nullish(),
  v1compat_attributes: attributes.nullish(),
};

const roleBlock = z.strictObject({ name: z.string(), ...roleFields });
export const resourceRoleCreate = z.strictObject({ key, name: z.string(), ...roleFields });
export const roleCreate = z.strictObject({
  key,
  name: z.string(),
  ...roleFields,
  v1compat_is_built_in: z.boolean().nullish(),
});
export const roleUpdate = z.strictObject({ name: z.string().optional(), ...roleFields });
export const permissions = z.strictObject({ permissions: z.array(z.string()) });

const attributeType = z.enum(['bool', 'number', 'string', 'time', 'array', 'json', 'object', 'object_array']);

const v1compat = { v1compat_path: text, v1compat_name: text };
const actionFields = { description: text, attributes: attributes.nullish(), ...v1compat };
const actionBlock = z.strictObject({ name: text, ...actionFields });
export const actionCreate = z.strictObject({ key, name: z.string(), ...actionFields });
export const actionUpdate = z.strictObject({ name: z.string().optional(), ...actionFields });

/** Permit's command line tool sends attributes without a type. They become strings. */
const attributeBlock = z.strictObject({ type: attributeType.optional(), description: text });
export const attributeCreate = z.strictObject({ key, type: attributeType, description: text });
export const attributeUpdate = z.strictObject({ type: attributeType.optional(), description: text });

export const relationCreate = z.strictObject({
  key,
  name: z.string(),
  description: text,
  subject_resource: z.string(),
});

export const actionGroupCreate = z.strictObject({
  key,
  name: z.string(),
  description: text,
  attributes: attributes.nullish(),
  actions: z.array(z.string()).optional(),
});
export const actionGroupUpdate = z.strictObject({
  name: z.string().optional(),
  description: text,
  attributes: attributes.nullish(),
  actions: z.array(z.string()).optional(),
});

const resourceFields = {
  urn: text,
  description: text,
  type_attributes: attributes.nullish(),
  attributes: z.record(key, attributeBlock).nullish(),
  roles: z.record(key, roleBlock).nullish(),
  relations: z.record(key, z.string()).nullish(),
  v1compat_path: text,
  v1compat_type: text,
  v1compat_name: text,
};
const actions = z.record(key, actionBlock);

export const resourceCreate = z.strictObject({ key, name: z.string(), actions, ...resourceFields });
export const resourceReplace = z.strictObject({ name: z.string(), actions, ...resourceFields });
export const resourceUpdate = z.strictObject({
  name: z.string().optional(),
  actions: actions.optional(),
  ...resourceFields,
});

export const resourceListQuery = z.object({
  ...paging,
  search: textParameter,
  include_total_count: flagParameter,
  include_built_in: flagParameter,
});

export type DerivationRuleInput = z.output<typeof derivationRule>;
export type DerivationInput = z.output<typeof derivation>;
export type RoleBlock = z.output<typeof roleBlock>;
export type RoleCreate = z.output<typeof roleCreate>;
export type RoleUpdate = z.output<typeof roleUpdate>;
export type ActionBlock = z.output<typeof actionBlock>;
export type AttributeBlock = z.output<typeof attributeBlock>;
export type ResourceCreate = z.output<typeof resourceCreate>;
export type ResourceReplace = z.output<typeof resourceReplace>;
export type ResourceUpdate = z.output<typeof resourceUpdate>;
