import type { Emulator } from '@latchkey/permit-emulator';
import { Permit } from 'permitio';

/** Permit's own SDK against an emulator, bypassing the server. */
export function permitSdk({ url, keys }: Pick<Emulator, 'url' | 'keys'>): Permit {
  return new Permit({ token: keys.environment, apiUrl: url, log: { level: 'silent' } });
}

/** The roles in Permit of a user in a tenant and on its instances, except those of reviewers on reviews. */
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
