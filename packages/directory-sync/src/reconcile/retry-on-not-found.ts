import { PermitApiError } from '@latchkey/permissions/permit';

/**
 * Looks once more where Permit has no longer what a plan speaks of: a tenant, say, that another look has taken away since.
 * What the second plan speaks of and Permit does not have, it never had.
 * @throws {PermitApiError}
 */
export async function retryOnNotFound<Outcome>(look: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof PermitApiError) || error.status !== 404) throw error;
    return look();
  }
}
