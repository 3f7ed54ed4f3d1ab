import { z } from 'zod';
import { attributes, key, paging, text, textParameter } from './common.ts';

export const environmentCreate = z.strictObject({
  key,
  name: z.string(),
  description: text,
  custom_branch_name: text,
  jwks: attributes.nullish(),
  settings: attributes.nullish(),
});
export const environmentUpdate = environmentCreate.omit({ key: true }).partial({ name: true });

const urnNamespace = z
  .string()
  .regex(/[a-z0-9-]{2,}/)
  .nullish();

const projectFields = { description: text, settings: attributes.nullish(), active_policy_repo_id: text };

export const projectCreate = z.strictObject({
  key,
  name: z.string(),
  urn_namespace: urnNamespace,
  ...projectFields,
  initial_environments: z.array(environmentCreate).optional(),
});
export const projectUpdate = z.strictObject({ name: z.string().optional(), ...projectFields });

const filters = z.strictObject({
  include: z.array(z.string()).optional(),
  exclude: z.array(z.string()).optional(),
});

export const environmentCopy = z.strictObject({
  target_env: z.strictObject({ existing: text, new: environmentCreate.nullish() }),
  conflict_strategy: z.enum(['fail', 'overwrite']).optional(),
  scope: z
    .strictObject({
      resources: filters.optional(),
      roles: filters.optional(),
      user_sets: filters.optional(),
      resource_sets: filters.optional(),
      custom_policies: filters.optional(),
    })
    .nullish(),
});

const objectType = z.enum(['org', 'project', 'env']);

export const apiKeyCreate = z.strictObject({
  organization_id: z.string(),
  project_id: text,
  environment_id: text,
  object_type: objectType.optional(),
  access_level: z.enum(['admin', 'write', 'read', 'no_access']).optional(),
  owner_type: z.enum(['pdp_config', 'member', 'elements']),
  name: text,
});

export const apiKeyListQuery = z.object({
  ...paging,
  object_type: textParameter.pipe(objectType.optional()),
  proj_id: textParameter,
});

export type EnvironmentCreate = z.output<typeof environmentCreate>;
export type EnvironmentCopy = z.output<typeof environmentCopy>;
export type CopyFilters = z.output<typeof filters>;

export const memberCreate = z.strictObject({
  id: text,
  email: z.email().nullish(),
  permissions: z.array(attributes).default([]),
});
export type MemberCreate = z.output<typeof memberCreate>;
