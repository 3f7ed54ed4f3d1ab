import { z } from 'zod';

export const env = z
  .object({
    BASE_URL: z.url(),
    COOKIE_SECRET: z.string().min(32),
    LOGTO_ENDPOINT: z.url(),
    LOGTO_APP_ID: z.string(),
    LOGTO_APP_SECRET: z.string(),
    LOGTO_WEBHOOK_SIGNING_KEY: z.string(),
    LOGTO_M2M_APP_ID: z.string(),
    LOGTO_M2M_APP_SECRET: z.string(),
    PERMIT_API_KEY: z.string(),
    PERMIT_API_URL: z.url().default('https://api.permit.io'),
    PERMIT_PDP_URL: z.url().default('https://cloudpdp.api.permit.io'),
  })
  .parse(process.env);
