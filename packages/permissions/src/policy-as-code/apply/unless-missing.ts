import { PermitApiError } from '../../permit/permit-caller.ts';

/** Runs what removes something; that it is not there (404) is as good. */
export async function unlessMissing(remove: () => Promise<unknown> | undefined): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof PermitApiError) || error.status !== 404) throw error;
  }
}
