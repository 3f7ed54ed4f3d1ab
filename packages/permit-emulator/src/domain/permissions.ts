import { PermitError } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import type { ResourceRecord } from '../model/records.ts';

function malformed(permission: string): PermitError {
  return new PermitError(
    'INVALID_PERMISSION_FORMAT',
    'A permission has an invalid format',
    `Permission '${permission}' is not of the form 'resource:action'`,
  );
}

function missing(permission: string): PermitError {
  return new PermitError(
    'MISSING_PERMISSIONS',
    'Some permissions do not exist',
    `Permit could not find the permission '${permission}': its resource or action is not defined`,
  );
}

/**
 * The permissions as `resource:action`, without duplicates. A resource role may omit its resource (`read`). A
 * resource key alone on a tenant role means all of its actions, as the vendor's CLI sends it.
 */
export function resolvePermissions(
  env: Environment,
  permissions: readonly string[],
  own?: ResourceRecord,
): string[] {
  const resolved = new Set<string>();
  for (const permission of permissions) {
    const [first = '', action, ...rest] = permission.split(':');
    if (rest.length > 0 || first === '' || action === '') throw malformed(permission);
    if (action === undefined && own === undefined) {
      const resource = env.resources.find(first);
      if (resource === undefined) throw malformed(permission);
      for (const key of Object.keys(resource.actions)) resolved.add(`${resource.key}:${key}`);
      continue;
    }
    const resource =
      action === undefined || first === own?.key
        ? own
        : own === undefined
          ? env.resources.find(first)
          : undefined;
    const key = action ?? first;
    if (resource === undefined || !Object.hasOwn(resource.actions, key)) throw missing(permission);
    resolved.add(`${resource.key}:${key}`);
  }
  return [...resolved];
}
