import { createTransport } from 'nodemailer';
import { headlineOf, type Notice, type SendNotice } from './notice.ts';

export interface EmailSettings {
  /** `smtp://user:password@host:587`, or `smtps://`. */
  readonly url: string;
  readonly from: string;
}

export interface SendEmailDeps extends EmailSettings {
  /** The addresses of who may decide it. */
  readonly recipientsOf: (notice: Notice) => Promise<readonly string[]>;
}

/** Milliseconds. */
const timeouts = {
  connectionTimeout: 5_000,
  greetingTimeout: 5_000,
  socketTimeout: 10_000,
  dnsTimeout: 5_000,
};

/** Mails a notice to the deciders, who do not see one another's addresses. Without a decider who has an address, nothing is sent. */
export function createSendEmail({ url, from, recipientsOf }: SendEmailDeps): SendNotice {
  const transport = createTransport({ ...timeouts, url });
  return async (notice) => {
    const bcc = await recipientsOf(notice);
    if (bcc.length === 0) return;
    const headline = headlineOf(notice);
    await transport.sendMail({
      from,
      bcc: [...bcc],
      messageId: `<${notice.id}@latchkey>`,
      // A name with a line break would begin another header.
      subject: headline.replaceAll(/\s+/g, ' '),
      text: [headline, notice.reason, notice.link].filter((part) => part !== undefined).join('\n\n'),
    });
  };
}
