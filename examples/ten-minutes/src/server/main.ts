import { createPermitDecider, createPermitDirectory } from '@latchkey/permissions/permit';
import { createRemoteJWKSet } from 'jose';
import { env } from '../env.ts';
import { policy } from '../policy.ts';
import { createApp } from './app.ts';
import { createIdentify } from './identify.ts';

const apiKey = env.PERMIT_API_KEY;
const decider = createPermitDecider({ policy, url: env.PERMIT_PDP_URL, apiKey });
const directory = createPermitDirectory({
  policy,
  apiUrl: env.PERMIT_API_URL,
  apiKey,
  // A role that this server assigns or removes has reached the PDP when the write resolves.
  onChange: (invalidated) => decider.invalidate(invalidated),
});
const keys = createRemoteJWKSet(new URL(`${env.OIDC_ISSUER}/jwks`));
const identify = createIdentify(keys, { issuer: env.OIDC_ISSUER, audience: env.API_RESOURCE });

const server = createApp({ decider, directory, identify }).listen(env.PORT, '127.0.0.1', () => {
  console.log('listening on', server.address());
});
