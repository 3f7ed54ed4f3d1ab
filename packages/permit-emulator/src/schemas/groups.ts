import { z } from 'zod';
import { flagParameter, key, paging, textParameter } from './common.ts';

export const groupCreate = z.strictObject({
  group_resource_type_key: key,
  group_instance_key: key,
  group_tenant: z.string(),
});
export const groupAssignUser = z.strictObject({ tenant: z.string() });
export const groupRole = z.strictObject({
  role: z.string(),
  resource: z.string(),
  resource_instance: z.string(),
  tenant: z.string(),
});
export const groupAssignment = z.strictObject({ group_instance_key: z.string() });

export const groupListQuery = z.object({
  ...paging,
  tenant: textParameter,
  resource: textParameter,
  search: textParameter,
  include_total_count: flagParameter,
});

export type GroupCreate = z.output<typeof groupCreate>;
export type GroupRole = z.output<typeof groupRole>;
