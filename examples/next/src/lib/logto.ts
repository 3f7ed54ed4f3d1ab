import { env } from './env.ts';

/** The traditional web application in Logto. */
export const logto = {
  endpoint: env.LOGTO_ENDPOINT,
  appId: env.LOGTO_APP_ID,
  appSecret: env.LOGTO_APP_SECRET,
  baseUrl: env.BASE_URL,
  cookieSecret: env.COOKIE_SECRET,
  cookieSecure: env.BASE_URL.startsWith('https:'),
};
