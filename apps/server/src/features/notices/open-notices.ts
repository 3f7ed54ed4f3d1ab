import { randomUUID } from 'node:crypto';
import { defaultTenant, logtoIdOf, type PermitReads } from '@latchkey/directory-sync';
import { and, eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Logger } from 'pino';
import {
  noticeChannels,
  type Mailing,
  type NoticeChannel,
  type NoticeKind,
  type Notices,
  type ReadNotice,
  type SendNotice,
} from '../../directory/notice.ts';
import { firstFound } from '../../platform/in-batches.ts';
import { gauge, type Figure } from '../../platform/metrics/figures.ts';
import { createMailChoices } from './mail-choices.ts';
import { createNoticeWorker } from './notice-worker.ts';
import type { EmailSettings } from './send-email.ts';
import { createSendWebhook, type WebhookSettings } from './send-webhook.ts';
import { requestNotices } from './tables.ts';

export interface NoticeSettings {
  readonly webhook?: WebhookSettings | undefined;
  readonly email?: EmailSettings | undefined;
}

export interface NoticesOptions {
  readonly db: NodePgDatabase;
  readonly settings: NoticeSettings | undefined;
  /** The URL of the console, for the links in notices. Without it, notices have no links. */
  readonly consoleUrl: string | undefined;
  readonly reads: Pick<PermitReads, 'user'>;
  readonly readers: Readonly<Record<NoticeKind, ReadNotice>>;
  readonly now: () => Date;
  readonly log: Logger;
}

const maxRecipients = 50;

/** Opens the queue of notices and its workers. `close` resolves when the running work has ended. */
export async function openNotices(options: NoticesOptions): Promise<Notices & { close(): Promise<void> }> {
  const { db, settings: { webhook, email } = {}, consoleUrl, reads, readers, now, log } = options;
  const senders: Readonly<Record<NoticeChannel, SendNotice | undefined>> = {
    webhook: webhook && createSendWebhook(webhook),
    // Loads the module only if email is configured.
    email: email && (await import('./send-email.ts')).createSendEmail(email),
  };
  const channels = noticeChannels.filter((channel) => senders[channel] !== undefined);
  const mailChoices = createMailChoices(db);
  const mailing: Mailing = {
    linkTo: (path, tenant) => consoleUrl && inOrganization(`${consoleUrl}${path}`, tenant),
    async recipients(tenant, kind, keys) {
      const wanting = await mailChoices.wanting(tenant, kind, keys);
      return firstFound(wanting, maxRecipients, async (some) => {
        const users = await Promise.all(some.map((key) => reads.user(key)));
        return users.flatMap((user) => user?.email ?? []);
      });
    },
  };
  const workers = noticeChannels.map((channel) =>
    createNoticeWorker({
      db,
      channel,
      send: senders[channel],
      readNotice: (row) => readers[row.kind](mailing, row),
      now,
      onError: (err) => log.error({ err, channel }, 'a notice is not sent yet'),
    }),
  );
  return {
    hasMail: email !== undefined,
    mailChoices,
    async add(transaction, notices) {
      const rows = notices.flatMap((notice) =>
        channels.map((channel) => ({ ...notice, id: randomUUID(), channel, nextAttemptAt: now() })),
      );
      if (rows.length > 0) await transaction.insert(requestNotices).values(rows);
    },
    async reopen(transaction, request) {
      const { requestId, kind, status } = requestNotices;
      await transaction
        .update(requestNotices)
        .set({ status: 'waiting', nextAttemptAt: now() })
        .where(and(eq(requestId, request), eq(kind, 'asked'), eq(status, 'skipped')));
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

function inOrganization(page: string, tenant: string): string {
  return tenant === defaultTenant ? page : `${page}?${new URLSearchParams({ org: logtoIdOf(tenant) })}`;
}

export async function readNoticeFigures(db: NodePgDatabase): Promise<readonly Figure[]> {
  const waiting = await db.$count(requestNotices, eq(requestNotices.status, 'waiting'));
  return [gauge('latchkey_notices_waiting', 'Notices about requests that wait to be sent.', waiting)];
}
