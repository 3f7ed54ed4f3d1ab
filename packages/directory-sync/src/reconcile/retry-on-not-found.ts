import { PermitApiError } from '@latchkey/permissions/permit';

/**
 * Repeats a reconcile once after a 404 from Permit: an object of the plan, such as a tenant, was deleted after the plan
 * was made. A second 404 is thrown, because the object never existed.
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
