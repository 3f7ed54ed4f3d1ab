import { randomUUID } from 'node:crypto';
import { defaultTenant, logtoIdOf, type PermitFacts } from '@latchkey/directory-sync';
import { approvalRules as policyRules } from '@latchkey/policy';
import type { Logger } from 'pino';
import type { FactChanges } from '../../directory/fact-changes.ts';
import type { Bus } from '../../platform/bus/open-bus.ts';
import type { Database, Transaction } from '../../platform/database/open-database.ts';
import { firstFound } from '../../platform/in-batches.ts';
import { oncePerMinute } from '../../platform/log/create-logger.ts';
import type { Audit } from '../audit/record.ts';
import { ruleOf, sharingOf, type ApprovalRules } from './decide-rights.ts';
import { openEndedRoles, type EndedRoles } from './ended-roles.ts';
import { createGiveRole, type GiveRole } from './give-role.ts';
import { createGrantStore } from './grant-store.ts';
import { createGrantWorker, type GrantWorkerDeps } from './grant-worker.ts';
import { createRecordEnd } from './request-context.ts';
import { createReadHeldRoles, createReadSuspendedRoles } from './held-roles.ts';
import { createMailChoices, type RequestsRouterDeps } from './requests-router.ts';
import {
  noticeChannels,
  type Mailing,
  type NoticeChannel,
  type ReadReviewNotice,
  type SendNotice,
} from '../../directory/notice.ts';
import { createNoticeWorker } from './notice-worker.ts';
import { createReadNotice } from './read-notice.ts';
import { columnsOf, requestsTopic, type RequestChange } from './target.ts';
import { createRequestListeners } from './request-listeners.ts';
import type { EmailSettings } from './send-email.ts';
import { createSendWebhook, type WebhookSettings } from './send-webhook.ts';
import { requestNotices } from './tables.ts';
import { createEndGrant, type EndGrant } from './live-grants.ts';
import type { PdpDecider } from '../../directory/decisions.ts';

export interface RequestsOptions extends Pick<
  RequestsRouterDeps,
  | 'permissionsFor'
  | 'approversOf'
  | 'findPeople'
  | 'titlesOf'
  | 'readableTitles'
  | 'readableCollections'
  | 'isClosedTo'
  | 'isActive'
  | 'now'
> {
  readonly database: Pick<Database, 'db' | 'reserved'>;
  readonly bus: Bus;
  readonly decider: PdpDecider;
  readonly permit: PermitFacts;
  readonly accountOf: GrantWorkerDeps['accountOf'];
  readonly directory: GrantWorkerDeps['directory'];
  readonly factChanges: FactChanges;
  /** Reads the titles that emails and webhooks may contain. */
  readonly openTitlesOf: RequestsRouterDeps['titlesOf'];
  readonly notices?: NoticeSettings | undefined;
  readonly readReviewNotice: ReadReviewNotice;
  /** The URL of the console, for the links in notices. Without it, notices have no links. */
  readonly consoleUrl: string | undefined;
  readonly audit: Audit;
  /** Default: the rules of the policy. */
  readonly approvalRules?: ApprovalRules | undefined;
  readonly log: Logger;
}

export interface NoticeSettings {
  readonly webhook?: WebhookSettings | undefined;
  readonly email?: EmailSettings | undefined;
}

export interface Requests {
  readonly router: Omit<
    RequestsRouterDeps,
    'subscriptions' | 'explainAccess' | 'findPerson' | 'administrators' | 'owners'
  >;
  readonly admit: EndedRoles['admit'];
  readonly endGrant: EndGrant;
  readonly giveRole: GiveRole;
  /** Queues a notice about an access review for each channel, within the transaction. */
  readonly addReviewNotice: (transaction: Transaction, reviewId: string) => Promise<void>;
  /** Stops the workers. Resolves when the running work has ended. */
  close(): Promise<void>;
}

function inOrganization(page: string, tenant: string): string {
  return tenant === defaultTenant ? page : `${page}?${new URLSearchParams({ org: logtoIdOf(tenant) })}`;
}

const mostRecipients = 50;

export async function openRequests(options: RequestsOptions): Promise<Requests> {
  const {
    database,
    bus,
    decider,
    permissionsFor,
    findPeople,
    permit,
    factChanges,
    titlesOf,
    consoleUrl,
    approvalRules: rules = policyRules,
    now,
    log,
  } = options;
  const { db, reserved } = database;
  const onError = (err: Error): void => log.error({ err }, 'a grant waits for another attempt');
  const changes = bus.topic<RequestChange>(requestsTopic);
  const { webhook, email } = options.notices ?? {};
  const senders: Readonly<Record<NoticeChannel, SendNotice | undefined>> = {
    webhook: webhook && createSendWebhook(webhook),
    // Loads the module only if email is configured.
    email: email && (await import('./send-email.ts')).createSendEmail(email),
  };
  const channels = noticeChannels.filter((channel) => senders[channel] !== undefined);
  await using opening = new AsyncDisposableStack();
  const worker = createGrantWorker({
    ...options,
    store: createGrantStore({
      db,
      now,
      recordEnd: createRecordEnd(options.audit),
      channels,
    }),
    readSuspendedRoles: createReadSuspendedRoles(permit.reads),
    hasInstance: async (tenant, { resource, id }) => (await titlesOf(tenant, resource, [id])).has(id),
    onChange: changes.publish,
    onError,
  });
  opening.defer(() => worker.close());
  opening.defer(changes.subscribe({ onMessage: worker.wake, onGap: worker.wake }));
  const listeners = createRequestListeners({ decider, rules });
  opening.defer(changes.subscribe(listeners));
  const endedRoles = await openEndedRoles({
    reserved,
    decider,
    permissionsFor,
    finish: worker.finish,
    onEnd: (subject) => factChanges.publishHere({ subject }),
    now,
    onError: oncePerMinute(onError),
  });
  opening.defer(() => endedRoles.close());
  const sharersOf: RequestsRouterDeps['sharersOf'] = (tenant, { resource, id }) =>
    decider.authorizedUsers({ tenant, permission: sharingOf(resource), instance: id });
  const mailChoices = createMailChoices(db);
  const mailing: Mailing = {
    linkTo: (path, tenant) => consoleUrl && inOrganization(`${consoleUrl}${path}`, tenant),
    async recipients(tenant, kind, keys) {
      const wanting = await mailChoices.wanting(tenant, kind, keys);
      return firstFound(wanting, mostRecipients, async (some) => {
        const users = await Promise.all(some.map((key) => permit.reads.user(key)));
        return users.flatMap((user) => user?.email ?? []);
      });
    },
  };
  const readNotice = createReadNotice({
    ...mailing,
    db,
    findPeople,
    titlesOf: options.openTitlesOf,
    readReviewNotice: (review, id) => options.readReviewNotice(mailing, review, id),
    async approversFor(tenant, target) {
      const keys = await Promise.all([
        decider.authorizedUsers({ tenant, permission: ruleOf(rules, columnsOf(target)).decidedWith }),
        target.kind === 'role' ? [] : sharersOf(tenant, target),
      ]);
      return keys.flat();
    },
    now,
  });
  for (const channel of noticeChannels) {
    const notices = createNoticeWorker({
      db,
      channel,
      send: senders[channel],
      readNotice,
      now,
      onError: (err) => log.error({ err, channel }, 'a notice is not sent yet'),
    });
    opening.defer(() => notices.close());
  }

  const resources = opening.move();
  return {
    router: {
      ...options,
      db,
      readHeldRoles: createReadHeldRoles(permit.reads),
      sharersOf,
      changes,
      listeners,
      rules,
      channels,
      hasMail: email !== undefined,
      mailChoices,
      removeNow: (grant) => worker.finish(grant).then(() => {}, onError),
      admit: endedRoles.admit,
    },
    admit: endedRoles.admit,
    endGrant: createEndGrant({ db, now, finish: worker.finish }),
    async addReviewNotice(transaction, reviewId) {
      const notices = channels.map((channel) => ({
        id: randomUUID(),
        kind: 'review-due' as const,
        reviewId,
        channel,
        nextAttemptAt: now(),
      }));
      if (notices.length > 0) await transaction.insert(requestNotices).values(notices);
    },
    giveRole: createGiveRole({ db, now, assign: worker.assign }),
    close: () => resources.disposeAsync(),
  };
}
