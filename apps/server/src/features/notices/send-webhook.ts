import { postSigned } from '../../platform/http/post-signed.ts';
import type { Notice, NoticeKind, SendNotice } from '../../directory/notice.ts';

export interface WebhookSettings {
  readonly url: string;
  /** The signing secret: `whsec_` followed by the base64 key, as specified at https://www.standardwebhooks.com. */
  readonly secret: string;
}

/** Creates a function that posts a notice, with a body that Slack's incoming webhooks display as a message. */
export function createSendWebhook(target: WebhookSettings): SendNotice {
  return (notice, signal) =>
    postSigned(
      {
        ...target,
        id: notice.id,
        contentType: 'application/json',
        body: JSON.stringify(messageOf(notice)),
        receiver: 'webhook',
      },
      signal,
    );
}

/** The event type in `metadata` for each kind of notice. */
const events: Readonly<Record<NoticeKind, string>> = {
  asked: 'access_requested',
  'ends-soon': 'access_ends_soon',
  'review-due': 'access_review_due',
};

/**
 * Returns a Slack message, as described at https://docs.slack.dev/reference/block-kit. A section has at most 3,000
 * characters. Slack passes `metadata` to apps: https://docs.slack.dev/messaging/message-metadata.
 */
function messageOf({ kind, tenant, headline, reason, link }: Notice) {
  const text = escape(headline);
  const quote = reason === null ? '' : `\n${quoted(reason)}`;
  const linked = link === undefined ? '' : `\n<${link.url}|${link.label}>`;
  return {
    text,
    // Verbatim, so that Slack makes no links and mentions of plain text such as `evil.example` and `@channel`.
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `${text}${quote}${linked}`, verbatim: true } }],
    metadata: { event_type: events[kind], event_payload: { tenant } },
  };
}

function quoted(text: string): string {
  const lines = escape(text).split('\n');
  const quote = lines.map((line) => `>${line}`).join('\n');
  // Removes half an entity or half a character at the end.
  return quote.slice(0, 2_500).replace(/(&[a-z]*|\p{Cs})$/u, '');
}

/** Escapes Slack's control characters, so that a name or a reason cannot become a link or a mention. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
