import { PermitApiError } from '@latchkey/permissions/permit';

/**
 * Repeats a reconcile once after a 404 of Permit: an object of the plan, such as a tenant, was deleted after the plan was made.
 * If the second plan also gets a 404, the object never existed: rethrow.
 * @throws {PermitApiError}
 */
export async function retryOnNotFound<Outcome>(reconcile: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await reconcile();
  } catch (error) {
    if (!(error instanceof PermitApiError) || error.status !== 404) throw error;
    return reconcile();
  }
}
