import { valueOnStatus } from '../../permit/value-on-status.ts';

/** Runs a removal. A 404 counts as success: the object is gone already. @throws {PermitApiError} */
export async function ignoreNotFound(remove: () => Promise<unknown>): Promise<void> {
  await valueOnStatus(404, undefined, remove);
}
