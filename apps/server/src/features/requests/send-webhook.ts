import { createHmac } from 'node:crypto';
import { headlineOf, type Notice, type SendNotice } from './notice.ts';

export interface WebhookSettings {
  readonly url: string;
  /** `whsec_` and the key in base64, as https://www.standardwebhooks.com has it. */
  readonly secret: string;
}

/**
 * Posts a notice: signed as Standard Webhooks 1.0.0 says, with a body that Slack's incoming webhooks show as a message. A redirect
 * is a refusal: the receiver is the one that the operator named.
 */
export function createSendWebhook({ url, secret }: WebhookSettings): SendNotice {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return async (notice, signal) => {
    const body = JSON.stringify(messageOf(notice));
    const timestamp = Math.floor(Date.now() / 1_000).toString();
    const signature = createHmac('sha256', key).update(`${notice.id}.${timestamp}.${body}`).digest('base64');
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': notice.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      },
      body,
      redirect: 'manual',
      signal,
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`The receiver of the webhook answered ${response.status}.`);
  };
}

/** https://docs.slack.dev/reference/block-kit; a section has 3,000 characters at most. */
function messageOf(notice: Notice) {
  const headline = escape(headlineOf(notice));
  const reason = escape(notice.reason)
    .split('\n')
    .map((line) => `>${line}`)
    .join('\n')
    .slice(0, 2_500);
  const link = notice.link === undefined ? '' : `\n<${notice.link}|Decide>`;
  return {
    text: headline,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `${headline}\n${reason}${link}` } }],
  };
}

/** In Slack's texts these three are control characters: a name or a reason must not become a link or a mention. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
