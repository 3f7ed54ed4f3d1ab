import { PermitApiError } from '@latchkey/permissions/permit';
import type { PermitWrites } from '../permit/permit-facts.ts';
import type { Operation } from '../plan/operation.ts';

/** Called with operations as soon as Permit has carried them out, including when a later operation fails. */
export type OnApplied = (operations: readonly Operation[]) => Promise<void> | void;

/** Carries out one operation, and reports it unless it was done before. Idempotent. @throws {PermitApiError} */
export async function applyOne(
  operation: Operation,
  writes: PermitWrites,
  onApplied: OnApplied = () => {},
): Promise<void> {
  if (operation.kind === 'create-user') await onApplied([await createUser(operation, writes)]);
  else if (await writeSimple(operation, writes)) await onApplied([operation]);
}

/** Resolves to `false` if Permit did not change. */
async function writeSimple(
  operation: Exclude<Operation, { kind: 'create-user' }>,
  writes: PermitWrites,
): Promise<boolean> {
  switch (operation.kind) {
    case 'create-tenant':
      return writes.createTenant(operation.tenant);
    case 'update-tenant':
      return writes.updateTenant(operation.tenant);
    case 'delete-tenant':
      return writes.deleteTenant(operation.key);
    case 'update-user':
    case 'clear-suspended-roles':
      return writes.updateUser(operation.user);
    case 'delete-user':
      return writes.deleteUser(operation.key);
    case 'assign':
      return writes.assign(operation.user, operation.grant);
    case 'restore':
      return restore(operation, writes);
    default:
      return writes.unassign(operation.user, operation.grant);
  }
}

/**
 * Creates a user. A 409 means that another process has already created the user with the default role; then only
 * updates the fields.
 */
async function createUser(
  operation: Extract<Operation, { kind: 'create-user' }>,
  writes: PermitWrites,
): Promise<Operation> {
  const { user, grants } = operation;
  try {
    await writes.createUser(user, grants);
    return operation;
  } catch (error) {
    if (!(error instanceof PermitApiError) || error.permitStatus !== 409) throw error;
    await writes.updateUser(user);
    return { kind: 'update-user', user, lastName: null };
  }
}

/** Restores a role. Returns `false` after a 404, which means that the tenant or instance no longer exists. */
async function restore(
  { user, grant }: Extract<Operation, { kind: 'restore' }>,
  writes: PermitWrites,
): Promise<boolean> {
  try {
    return await writes.assign(user, grant);
  } catch (error) {
    if (!(error instanceof PermitApiError) || error.permitStatus !== 404) throw error;
    return false;
  }
}
