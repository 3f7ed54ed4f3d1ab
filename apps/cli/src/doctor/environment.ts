import { z } from 'zod';
import { httpUrl } from '../env.ts';

/** Every variable is optional. If one is missing, its check is reported as skipped. */
export const DoctorEnvironment = z.object({
  PERMIT_API_URL: httpUrl.default('https://api.permit.io'),
  PERMIT_API_KEY: z.string().optional(),
  PERMIT_PDP_URL: httpUrl.optional(),
  LOGTO_ENDPOINT: httpUrl.optional(),
  LOGTO_APP_ID: z.string().optional(),
  LOGTO_TRUSTED_APP_IDS: z.string().optional(),
  LOGTO_API_RESOURCE: z.string().optional(),
  LOGTO_WEBHOOK_SIGNING_KEYS: z.string().optional(),
  LOGTO_M2M_APP_ID: z.string().optional(),
  LOGTO_M2M_APP_SECRET: z.string().optional(),
  LOGTO_MANAGEMENT_RESOURCE: z.url('must be a URL').default('https://default.logto.app/api'),
  LATCHKEY_URL: httpUrl.optional(),
  CONSOLE_URL: httpUrl.optional(),
});

export type DoctorEnv = z.output<typeof DoctorEnvironment>;
