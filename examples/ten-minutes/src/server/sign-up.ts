import type { PermitDirectory } from '@latchkey/permissions/permit';
import { policy } from '../policy.ts';
import type { Identity } from './identify.ts';

/** A new user is created with the default role, in one call. The roles of an existing user do not change. */
export async function signUp(
  directory: PermitDirectory<typeof policy>,
  { subject, tenant }: Identity,
): Promise<void> {
  await directory.provisionUser({ key: subject }, { role: policy.defaultRole, tenant });
}
