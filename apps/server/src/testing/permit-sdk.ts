import type { Emulator } from '@latchkey/permit-emulator';
import { Permit } from 'permitio';

/** Creates a client of Permit's own SDK for an emulator, bypassing the server. */
export function permitSdk({ url, keys }: Pick<Emulator, 'url' | 'keys'>): Permit {
  return new Permit({ token: keys.environment, apiUrl: url, log: { level: 'silent' } });
}

/** The roles that a user has in Permit, in a tenant and on its instances, except reviewer roles on reviews. */
export async function rolesIn(
  { permit }: { readonly permit: Emulator },
  user: string,
  tenant = 'default',
): Promise<string[]> {
  const held = await permitSdk(permit).api.roleAssignments.list({ user, tenant });
  return held
    .filter(({ resource_instance: on }) => on?.startsWith('reviews:') !== true)
    .map(({ role }) => role)
    .toSorted();
}
