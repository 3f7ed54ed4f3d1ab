import type { PermitFacts } from '@latchkey/directory-sync';
import type { PermitDecider } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';
import type { Logger } from 'pino';
import type { ApproversOf } from '../../auth/approvers.ts';
import type { FactChanges } from '../../auth/fact-changes.ts';
import type { FindPeople } from '../../auth/people.ts';
import type { Bus } from '../../bus/open-bus.ts';
import type { Database } from '../../database/open-database.ts';
import { openEndedRoles, type EndedRoles } from './ended-roles.ts';
import { createGrantStore } from './grant-store.ts';
import { createGrantWorker, type GrantWorkerDeps } from './grant-worker.ts';
import { createReadHeldRoles, createReadSuspendedRoles } from './held-roles.ts';
import { noticeChannels, type Notice } from './notice.ts';
import { createNoticeWorker } from './notice-worker.ts';
import { requestsTopic, type RequestChange } from './request-change.ts';
import { createSendEmail, type EmailSettings } from './send-email.ts';
import { createSendWebhook, type WebhookSettings } from './send-webhook.ts';
import type { RequestsRouterDeps } from './requests-router.ts';
import { createEndTenantGrant, type EndTenantGrant } from './tenant-grants.ts';

export interface RequestsOptions {
  readonly database: Pick<Database, 'db' | 'reserved'>;
  readonly bus: Bus;
  readonly decider: PermitDecider<typeof policy>;
  readonly permissionsFor: RequestsRouterDeps['permissionsFor'];
  readonly approversOf: ApproversOf;
  readonly findPeople: FindPeople;
  readonly permit: PermitFacts;
  readonly directory: GrantWorkerDeps['directory'];
  readonly accountOf: GrantWorkerDeps['accountOf'];
  readonly factChanges: FactChanges;
  readonly reportTitles: RequestsRouterDeps['reportTitles'];
  readonly notices?: NoticeSettings | undefined;
  /** Where people open the console. Without it notices have no link. */
  readonly consoleUrl: string | undefined;
  readonly now: () => Date;
  readonly log: Logger;
}

/** How deciders are told outside the console. Default: not at all. */
export interface NoticeSettings {
  readonly webhook?: WebhookSettings | undefined;
  readonly email?: EmailSettings | undefined;
}

export interface Requests {
  readonly router: Omit<RequestsRouterDeps, 'subscriptions' | 'explainAccess'>;
  /** Refuses callers who still have a role that has ended. */
  readonly admit: EndedRoles['admit'];
  readonly endTenantGrant: EndTenantGrant;
  /** Resolves when the running work has ended. */
  close(): Promise<void>;
}

/** Deciders who get one mail. */
const mostRecipients = 50;

/** Opens the parts of requests and grants, and connects them. */
export async function openRequests(options: RequestsOptions): Promise<Requests> {
  const {
    database,
    bus,
    decider,
    permissionsFor,
    approversOf,
    findPeople,
    permit,
    factChanges,
    reportTitles,
    now,
    log,
  } = options;
  const { db, reserved } = database;
  const onError = (err: Error): void => log.error({ err }, 'a grant waits for another attempt');
  const changes = bus.topic<RequestChange>(requestsTopic);
  const worker = createGrantWorker({
    ...options,
    store: createGrantStore({ db, now }),
    readSuspendedRoles: createReadSuspendedRoles(permit.reads),
    hasReport: async (tenant, id) => (await reportTitles(tenant, [id])).has(id),
    onChange: changes.publish,
    onError,
  });
  const unsubscribe = changes.subscribe({ onMessage: worker.wake, onGap: worker.wake });
  const endedRoles = await openEndedRoles({
    reserved,
    decider,
    permissionsFor,
    finish: worker.finish,
    onEnd: (subject) => factChanges.publishHere({ subject }),
    now,
    onError,
  });
  const sharersOf: RequestsRouterDeps['sharersOf'] = (tenant, report) =>
    decider.authorizedUsers({ tenant, permission: 'reports:share', instance: report });
  const recipientsOf = async ({ tenant, requesterKey, target }: Notice): Promise<string[]> => {
    const keys = await Promise.all([
      decider.authorizedUsers({ tenant, permission: 'requests:decide' }),
      target.kind === 'role' ? [] : sharersOf(tenant, target.id),
    ]);
    const others = [...new Set(keys.flat())].filter((key) => key !== requesterKey).slice(0, mostRecipients);
    const users = await Promise.all(others.map((key) => permit.reads.user(key)));
    return users.flatMap((user) => user?.email ?? []);
  };
  const { consoleUrl } = options;
  const { webhook, email } = options.notices ?? {};
  const senders = {
    ...(webhook === undefined ? {} : { webhook: createSendWebhook(webhook) }),
    ...(email === undefined ? {} : { email: createSendEmail({ ...email, recipientsOf }) }),
  };
  const notices = createNoticeWorker({
    db,
    senders,
    findPeople,
    reportTitles,
    linkOf: (id) => consoleUrl && `${consoleUrl}/requests/${id}`,
    now,
    onError: (err) => log.error({ err }, 'deciders are not told yet'),
  });

  return {
    router: {
      db,
      now,
      readHeldRoles: createReadHeldRoles(permit.reads),
      findPeople,
      permissionsFor,
      approversOf,
      sharersOf,
      reportTitles,
      changes,
      channels: noticeChannels.filter((channel) => channel in senders),
    },
    admit: endedRoles.admit,
    endTenantGrant: createEndTenantGrant({ db, now, finish: worker.finish }),
    async close() {
      unsubscribe();
      await worker.close();
      await notices.close();
      await endedRoles.close();
    },
  };
}
