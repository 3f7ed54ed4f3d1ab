import { valueOnStatus } from '../../permit/value-on-status.ts';

/** Runs a removal. A 404 counts as success: the object no longer exists. @throws {PermitApiError} */
export async function ignoreNotFound(remove: () => Promise<unknown>): Promise<void> {
  await valueOnStatus(404, undefined, remove);
}
