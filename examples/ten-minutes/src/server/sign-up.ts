import type { PermitDirectory } from '@latchkey/permissions/permit';
import { policy } from '../policy.ts';
import type { Identity } from './identify.ts';

/** Who is new comes with the default role, in the same call; who is there already keeps what they have. */
export async function signUp(directory: PermitDirectory, { subject, tenant }: Identity): Promise<void> {
  await directory.provisionUser({ key: subject }, { role: policy.defaultRole, tenant });
}
