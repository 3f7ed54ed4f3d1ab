import { afterEach, expect, test } from 'vitest';
import { startNoticeReceivers } from '../../testing/notice-receivers.ts';
import type { Notice } from '../../directory/notice.ts';
import { createSendEmail } from './send-email.ts';
import { createSendWebhook } from './send-webhook.ts';
import { waitFor } from '../../testing/wait-for.ts';

/* The receivers are real servers. */

const notice: Notice = {
  id: '00000000-0000-4000-8000-000000000001',
  kind: 'asked',
  tenant: 'acme',
  headline: 'Ann asks.',
  reason: null,
  link: undefined,
  email: { headline: 'Ann asks.', field: 'to', recipients: async () => ['ada@example.com'] },
};
const secret = `whsec_${Buffer.from('a key of thirty-two bytes, exact').toString('base64')}`;
const { signal } = new AbortController();

const receivers = await startNoticeReceivers();
const sendEmail = createSendEmail({ url: receivers.smtpUrl, from: 'us@example.com' });
const sendWebhook = createSendWebhook({ url: receivers.webhookUrl, secret });
afterEach(() => receivers.reset());

const headersOf = (mail: string): string => mail.slice(0, mail.indexOf('\r\n\r\n'));

test('an email contains the headline, the reason and the link, and omits those that are absent', async () => {
  const link = { url: 'https://console.example', label: 'Decide' };
  for (const more of [{}, { link }, { link, reason: 'To write' }])
    await sendEmail({ ...notice, ...more }, signal);
  const texts = receivers.mails.map(({ text }) => text.slice(text.indexOf('\r\n\r\n')).trim());
  expect(texts).toEqual([
    'Ann asks.',
    'Ann asks.\r\n\r\nhttps://console.example',
    'Ann asks.\r\n\r\nTo write\r\n\r\nhttps://console.example',
  ]);
});

test('an email has the same id in every attempt, and a line break in a name starts no other header', async () => {
  const headline = 'Ann\r\nBcc: eve@example.com asks.';
  await sendEmail({ ...notice, email: { ...notice.email, headline } }, signal);
  const [mail] = receivers.mails;
  expect(mail?.to).toEqual(['ada@example.com']);
  expect(headersOf(mail?.text ?? '')).toContain('Subject: Ann Bcc: eve@example.com asks.');
  expect(headersOf(mail?.text ?? '')).not.toMatch(/^Bcc/m);
  expect(headersOf(mail?.text ?? '')).toContain(`Message-ID: <${notice.id}@latchkey>`);
});

test('succeeds without sending an email when no recipient has an address', async () => {
  const email = { ...notice.email, recipients: async () => [] };
  await expect(sendEmail({ ...notice, email }, signal)).resolves.toBeUndefined();
  expect(receivers.mails).toEqual([]);
});

test('a webhook without a response is aborted by the signal', async () => {
  receivers.statuses = [undefined];
  const hangUp = new AbortController();
  const sent = sendWebhook(notice, hangUp.signal).catch((error: unknown) => String(error));
  await waitFor(() => expect(receivers.calls).toHaveLength(1));
  hangUp.abort();
  expect(await sent).toContain('aborted');
});

test.each([302, 404, 503])(
  'a response with %i is a failure, and redirects are not followed',
  async (status) => {
    receivers.statuses = [status];
    await expect(sendWebhook(notice, signal)).rejects.toThrow(`${status}`);
    expect(receivers.calls).toHaveLength(1);
  },
);

test('any 2xx is a success', async () => {
  receivers.statuses = [204];
  await expect(sendWebhook(notice, signal)).resolves.toBeUndefined();
});

test('a webhook quotes each line of a reason, truncated for Slack, and neither reason nor name is markup', async () => {
  const reason = `<!channel>\n${'x'.repeat(4_000)}`;
  await sendWebhook({ ...notice, headline: '<@U1> & Ann ask.', reason }, signal);
  await sendWebhook(notice, signal);
  const [mentioned, alone] = receivers.calls.map(({ body }) => JSON.parse(body));
  expect(mentioned.text).toBe('&lt;@U1&gt; &amp; Ann ask.');
  const [section] = mentioned.blocks;
  expect(section.text.verbatim).toBe(true);
  expect(section.text.text).toMatch(/^&lt;@U1&gt; &amp; Ann ask\.\n>&lt;!channel&gt;\n>x+$/);
  expect(section.text.text.length).toBeLessThan(3_000);
  expect(alone.blocks[0].text.text).toBe('Ann asks.');
  expect(receivers.calls.map(({ headers }) => headers['webhook-id'])).toEqual([notice.id, notice.id]);
});

test.each(['&', '😀'])('a truncated reason does not end within %s', async (end) => {
  for (const length of [2_494, 2_495, 2_496, 2_497, 2_498])
    await sendWebhook({ ...notice, reason: 'x'.repeat(length) + end.repeat(20) }, signal);
  for (const { body } of receivers.calls) {
    const { text } = JSON.parse(body).blocks[0].text;
    expect(text).toMatch(/(x|&amp;|😀)$/u);
    expect(text.isWellFormed()).toBe(true);
  }
});
