import { defineDirectoryMapping, userKey } from '@latchkey/directory-sync';
import { createWebhookHandler } from '@latchkey/directory-sync/fetch';
import { createPermissions } from '@latchkey/permissions';
import { createGateQuestionHandler, createServerGates } from '@latchkey/permissions/fetch';
import { createPermitDecider } from '@latchkey/permissions/permit';
import { getLogtoContext } from '@logto/next/server-actions';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { policy } from '../src/policy.ts';
import { env } from './env.ts';

export const logto = {
  endpoint: env.LOGTO_ENDPOINT,
  appId: env.LOGTO_APP_ID,
  appSecret: env.LOGTO_APP_SECRET,
  baseUrl: env.BASE_URL,
  cookieSecret: env.COOKIE_SECRET,
  cookieSecure: env.BASE_URL.startsWith('https:'),
};

const permit = { apiUrl: env.PERMIT_API_URL, apiKey: env.PERMIT_API_KEY };
const decider = createPermitDecider({ policy, url: env.PERMIT_PDP_URL, ...permit });

/** The visitor, from the session and never from a parameter. */
const visitor = cache(async () => {
  const { isAuthenticated, claims } = await getLogtoContext(logto);
  return isAuthenticated && claims ? { subject: userKey(claims.sub), tenant: 'default' } : undefined;
});

/** Gates for server components and server actions. */
export const permissions = createServerGates(async () =>
  createPermissions(decider, (await visitor()) ?? redirect('/')),
);

/** Answers the gate questions of client components: `export const POST = gates` in a route handler. */
export const gates = createGateQuestionHandler({
  policy,
  async getPermissions() {
    const user = await visitor();
    return user ? createPermissions(decider, user) : new Response(undefined, { status: 401 });
  },
});

/** Receives Logto's webhook: `export const POST = webhook` in a route handler. */
export const webhook = createWebhookHandler({
  signingKey: env.LOGTO_WEBHOOK_SIGNING_KEY,
  logto: {
    endpoint: env.LOGTO_ENDPOINT,
    appId: env.LOGTO_M2M_APP_ID,
    appSecret: env.LOGTO_M2M_APP_SECRET,
  },
  permit,
  mapping: defineDirectoryMapping(policy, {}),
});
