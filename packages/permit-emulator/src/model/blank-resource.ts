import type { Environment } from './environment.ts';
import type { ResourceRecord } from './records.ts';

/** A resource without actions, attributes, relations and roles. */
export function blankResource(env: Environment, key: string): ResourceRecord {
  return {
    ...env.stamp(),
    key,
    name: key,
    description: null,
    urn: null,
    type_attributes: null,
    actions: {},
    attributes: {},
    roles: {},
    relations: {},
    action_groups: {},
    built_in: false,
  };
}
