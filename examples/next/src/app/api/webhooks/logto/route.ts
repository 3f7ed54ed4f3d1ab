import { createWebhookHandler } from '@latchkey/directory-sync/fetch';
import { directoryMapping } from '@latchkey/policy/directory';
import { env } from '../../../../lib/env.ts';

/** Logto says that something changed; what is true is read from Logto, and written to Permit. */
export const POST = createWebhookHandler({
  signingKey: env.LOGTO_WEBHOOK_SIGNING_KEY,
  logto: {
    endpoint: env.LOGTO_ENDPOINT,
    appId: env.LOGTO_M2M_APP_ID,
    appSecret: env.LOGTO_M2M_APP_SECRET,
  },
  permit: { apiUrl: env.PERMIT_API_URL, apiKey: env.PERMIT_API_KEY },
  mapping: directoryMapping,
});
