import { ListNotPlannableError, type Decider, type PolicyPermissions } from '@latchkey/permissions';
import type { PermitDecider, PermitDirectory } from '@latchkey/permissions/permit';
import type { AppPermission, AppRole, policy } from '@latchkey/policy';
import type { Identity } from '../authentication/identity.ts';

export type AppDecider = Decider<AppPermission, AppRole>;

/** A decider that asks Permit's PDP, and can also read the roles of users. */
export type PdpDecider = PermitDecider<typeof policy>;

export type PermissionsFor = (
  who: Pick<Identity, 'subject' | 'tenant' | 'actors' | 'scopes'>,
) => PolicyPermissions<typeof policy>;

export type AppDirectory = PermitDirectory<typeof policy>;

/** Resolves to `undefined` if the user has more instances than a list plan supports. */
export async function unlessTooMany<Plan>(plan: Promise<Plan>): Promise<Plan | undefined> {
  try {
    return await plan;
  } catch (error) {
    if (error instanceof ListNotPlannableError && error.reason === 'too_many_keys') return undefined;
    throw error;
  }
}
