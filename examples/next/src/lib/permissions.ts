import { createPermissions } from '@latchkey/permissions';
import { createServerGates } from '@latchkey/permissions/fetch';
import { createPermitDecider } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { getLogtoContext } from '@logto/next/server-actions';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { env } from './env.ts';
import { logto } from './logto.ts';

const decider = createPermitDecider({ policy, url: env.PERMIT_PDP_URL, apiKey: env.PERMIT_API_KEY });

/** Who the visitor is comes out of the session, never out of a parameter; `undefined` for a stranger. */
export const visitor = cache(async (): Promise<string | undefined> => {
  const { isAuthenticated, claims } = await getLogtoContext(logto);
  return isAuthenticated ? claims?.sub : undefined;
});

/** `permissions.can('reports:view')` in a page; `permissions.require('reports:create')` as a server action's first line. */
export const permissions = createServerGates(async () => {
  const subject = await visitor();
  if (subject === undefined) redirect('/');
  return createPermissions(decider, { subject, tenant: 'default' });
});
