import { z } from 'zod';
import { httpUrl, required } from '../env.ts';

/** The server's URL, and the machine-to-machine application that calls it. */
export const ServerEnvironment = z.object({
  LATCHKEY_URL: httpUrl,
  LOGTO_ENDPOINT: httpUrl,
  LOGTO_API_RESOURCE: required,
  LOGTO_M2M_APP_ID: required,
  LOGTO_M2M_APP_SECRET: required,
});
export type ServerEnv = z.output<typeof ServerEnvironment>;

/** The server's URL, if it is set. */
export const ServerAddress = ServerEnvironment.pick({ LATCHKEY_URL: true }).partial();
