import { createTransport } from 'nodemailer';
import type { SendNotice } from '../../directory/notice.ts';

export interface EmailSettings {
  /** The URL of the SMTP server, `smtp://user:password@host:587` or `smtps://…`. */
  readonly url: string;
  readonly from: string;
}

/** Timeouts in milliseconds. */
const timeouts = {
  connectionTimeout: 5_000,
  greetingTimeout: 5_000,
  socketTimeout: 10_000,
  dnsTimeout: 5_000,
};

/** Creates a function that sends a notice by email. It does nothing if no recipient has an address. */
export function createSendEmail({ url, from }: EmailSettings): SendNotice {
  const transport = createTransport({ ...timeouts, url });
  return async ({ id, reason, link, email }) => {
    const recipients = await email.recipients();
    if (recipients.length === 0) return;
    const { headline, field } = email;
    await transport.sendMail({
      from,
      [field]: [...recipients],
      messageId: `<${id}@latchkey>`,
      // A line break in a name would otherwise start another header.
      subject: headline.replaceAll(/\s+/g, ' '),
      text: [headline, reason, link?.url].filter((part) => part != null).join('\n\n'),
    });
  };
}
