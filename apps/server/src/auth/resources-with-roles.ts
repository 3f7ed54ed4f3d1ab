import type { ResourceOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';

/** The resources on whose instances roles can be assigned. */
export const resourcesWithRoles = Object.entries(policy.resources).flatMap(([resource, definition]) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
  'roles' in definition ? [resource as ResourceOf<typeof policy>] : [],
);
