import type { Env } from '../../env.ts';
import type { NoticeSettings } from './open-requests.ts';

export function noticeSettingsOf(env: Env): NoticeSettings {
  const { REQUESTS_WEBHOOK_URL, REQUESTS_WEBHOOK_SECRET, SMTP_URL, SMTP_FROM } = env;
  return {
    webhook:
      REQUESTS_WEBHOOK_URL === undefined || REQUESTS_WEBHOOK_SECRET === undefined
        ? undefined
        : { url: REQUESTS_WEBHOOK_URL, secret: REQUESTS_WEBHOOK_SECRET },
    email: SMTP_URL === undefined || SMTP_FROM === undefined ? undefined : { url: SMTP_URL, from: SMTP_FROM },
  };
}
