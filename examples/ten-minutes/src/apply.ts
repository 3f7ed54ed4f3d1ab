import { applyPolicy } from '@latchkey/permissions/policy';
import { env } from './env.ts';
import { policy } from './policy.ts';

const permit = { apiUrl: env.PERMIT_API_URL, apiKey: env.PERMIT_API_KEY };
await applyPolicy(policy, permit, ({ change, kind, key }) => console.log(change, kind, key));
