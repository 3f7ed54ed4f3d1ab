import { PermitApiError } from '@latchkey/permissions/permit';
import type { PermitWrites } from '../permit/permit-facts.ts';
import type { Operation } from '../plan/operation.ts';

/** Carries out one operation. Repeating it does no harm. @throws {PermitApiError} */
export async function applyOne(operation: Operation, writes: PermitWrites): Promise<void> {
  switch (operation.kind) {
    case 'create-tenant':
      return writes.createTenant(operation.tenant);
    case 'update-tenant':
      return writes.updateTenant(operation.tenant);
    case 'delete-tenant':
      return writes.deleteTenant(operation.key);
    case 'create-user':
      return createUser(operation, writes);
    case 'update-user':
    case 'clear-suspended-roles':
      return writes.updateUser(operation.user);
    case 'delete-user':
      return writes.deleteUser(operation.key);
    case 'assign':
      return writes.assign(operation.user, operation.grant);
    case 'restore':
      return restore(operation, writes);
    case 'unassign':
      return writes.unassign(operation.user, operation.grant);
  }
}

/** A 409 means that another process created the user first, with the default role; then only the fields are updated. */
async function createUser(
  { user, grants }: Extract<Operation, { kind: 'create-user' }>,
  writes: PermitWrites,
): Promise<void> {
  try {
    await writes.createUser(user, grants);
  } catch (error) {
    if (!(error instanceof PermitApiError) || error.status !== 409) throw error;
    await writes.updateUser(user);
  }
}

/** A 404 means that the tenant or instance is gone; then there is nothing to restore. */
async function restore(
  { user, grant }: Extract<Operation, { kind: 'restore' }>,
  writes: PermitWrites,
): Promise<void> {
  try {
    await writes.assign(user, grant);
  } catch (error) {
    if (!(error instanceof PermitApiError) || error.status !== 404) throw error;
  }
}
