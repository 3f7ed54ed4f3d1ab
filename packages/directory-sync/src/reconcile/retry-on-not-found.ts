import { PermitApiError } from '@latchkey/permissions/permit';

/**
 * Repeats a reconcile once after a 404 from Permit: a tenant of the plan may have been deleted meanwhile.
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
