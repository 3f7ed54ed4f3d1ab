import { z } from 'zod';

/** The environment variables of this app. */
export const env = z
  .object({
    PERMIT_API_KEY: z.string(),
    PERMIT_API_URL: z.url().default('https://api.permit.io'),
    PERMIT_PDP_URL: z.url().default('http://localhost:7766'),
    OIDC_ISSUER: z.url().default('http://localhost:3001/oidc'),
    API_RESOURCE: z.string().default('https://documents.example'),
    PORT: z.coerce.number().default(3000),
  })
  .parse(process.env);
