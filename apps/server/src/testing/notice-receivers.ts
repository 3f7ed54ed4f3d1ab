import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { SMTPServer } from 'smtp-server';
import { afterFile } from './after-file.ts';
import { portOf } from './serve.ts';

/** A webhook receiver and a mail server, on free ports. Closed after the file. */
export interface NoticeReceivers {
  readonly webhookUrl: string;
  readonly smtpUrl: string;
  calls: { readonly headers: IncomingHttpHeaders; readonly body: string }[];
  mails: { readonly to: readonly string[]; readonly text: string }[];
  /** The next responses of the webhook receiver; the last one is repeated, and `undefined` is no response. */
  statuses: (number | undefined)[];
  refusesMail: boolean;
  /** Restores the initial state. */
  reset(): void;
}

export async function startNoticeReceivers(): Promise<NoticeReceivers> {
  const http = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      receivers.calls.push({ headers: request.headers, body });
      const { statuses } = receivers;
      const status = statuses.length > 1 ? statuses.shift() : statuses[0];
      if (status === undefined) return;
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('thanks');
    });
  }).listen(0, '127.0.0.1');
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => {
        if (receivers.refusesMail) return done(Object.assign(new Error('full'), { responseCode: 452 }));
        receivers.mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
        done();
      });
    },
  });
  smtp.listen(0, '127.0.0.1');
  await Promise.all([once(http, 'listening'), once(smtp.server, 'listening')]);

  const receivers: NoticeReceivers = {
    webhookUrl: `http://127.0.0.1:${portOf(http.address())}/hook`,
    smtpUrl: `smtp://127.0.0.1:${portOf(smtp.server.address())}`,
    calls: [],
    mails: [],
    statuses: [200],
    refusesMail: false,
    reset() {
      Object.assign(receivers, { calls: [], mails: [], statuses: [200], refusesMail: false });
    },
  };
  afterFile(async () => {
    http.close();
    http.closeAllConnections();
    smtp.close(() => {});
  });
  return receivers;
}
