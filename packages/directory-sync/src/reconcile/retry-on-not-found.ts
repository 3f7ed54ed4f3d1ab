import { PermitApiError } from '@latchkey/permissions/permit';

/**
 * Runs a reconcile, and repeats it once after a 404 from Permit: an object of the plan, such as a tenant, may have been
 * deleted after the plan was made. Throws a second 404, which has another cause.
 * @throws {PermitApiError}
 */
export async function retryOnNotFound<Outcome>(reconcile: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await reconcile();
  } catch (error) {
    if (!(error instanceof PermitApiError) || error.permitStatus !== 404) throw error;
    return reconcile();
  }
}
