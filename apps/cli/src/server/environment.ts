import { z } from 'zod';
import { httpUrl, required } from '../env.ts';

/** Where the server answers, and the machine-to-machine application that asks it. */
export const ServerEnvironment = z.object({
  LATCHKEY_URL: httpUrl,
  LOGTO_ENDPOINT: httpUrl,
  LOGTO_API_RESOURCE: required,
  LOGTO_M2M_APP_ID: required,
  LOGTO_M2M_APP_SECRET: required,
});
export type ServerEnv = z.output<typeof ServerEnvironment>;

/** Whether there is a server to ask at all. */
export const ServerAddress = ServerEnvironment.pick({ LATCHKEY_URL: true }).partial();
