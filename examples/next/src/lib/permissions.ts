import { createPermissions, type Permissions } from '@latchkey/permissions';
import { createPermitDecider } from '@latchkey/permissions/permit';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';
import { getLogtoContext } from '@logto/next/server-actions';
import { env } from './env.ts';
import { logto } from './logto.ts';

const decider = createPermitDecider({ policy, url: env.PERMIT_PDP_URL, apiKey: env.PERMIT_API_KEY });

/** What the visitor may do. Who it is comes out of the session, never out of a parameter; `undefined` for a stranger. */
export async function visitorPermissions(): Promise<Permissions<AppPermission, AppRole> | undefined> {
  const { isAuthenticated, claims } = await getLogtoContext(logto);
  if (!isAuthenticated || claims === undefined) return undefined;
  return createPermissions(decider, { subject: claims.sub, tenant: 'default' });
}
