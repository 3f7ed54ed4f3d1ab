import type { PermitFacts } from '@latchkey/directory-sync';
import { approvalRules as policyRules } from '@latchkey/policy';
import type { Logger } from 'pino';
import type { FactChanges } from '../../directory/fact-changes.ts';
import type { Bus } from '../../platform/bus/open-bus.ts';
import type { Database } from '../../platform/database/open-database.ts';
import { oncePerMinute } from '../../platform/log/create-logger.ts';
import type { Audit } from '../audit/record.ts';
import { ruleOf, sharingOf, type ApprovalRules } from './decide-rights.ts';
import { openEndedRoles, type EndedRoles } from './ended-roles.ts';
import { createAssignRole, type AssignRole } from './assign-role.ts';
import { createGrantStore } from './grant-store.ts';
import { createGrantWorker, type GrantWorkerDeps } from './grant-worker.ts';
import { createRecordEnd } from './request-context.ts';
import { createReadHeldRoles, createReadSuspendedRoles } from './held-roles.ts';
import type { RequestsRouterDeps } from './requests-router.ts';
import type { Notices, ReadNotice } from '../../directory/notice.ts';
import { createReadNotice, type ReadNoticeDeps } from './read-notice.ts';
import { columnsOf, requestsTopic, type RequestChange } from './target.ts';
import { createRequestListeners } from './request-listeners.ts';
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
  readonly notices: Notices;
  readonly audit: Audit;
  /** Default: the rules of the policy. */
  readonly approvalRules?: ApprovalRules | undefined;
  readonly log: Logger;
}

export interface Requests {
  readonly router: Omit<
    RequestsRouterDeps,
    'subscriptions' | 'explainAccess' | 'findPerson' | 'administrators' | 'owners'
  >;
  readonly admit: EndedRoles['admit'];
  readonly endGrant: EndGrant;
  readonly assignRole: AssignRole;
  /** Stops the workers. Resolves when the running work has ended. */
  close(): Promise<void>;
}

function createSharersOf(decider: Pick<PdpDecider, 'authorizedUsers'>): RequestsRouterDeps['sharersOf'] {
  return (tenant, { resource, id }) =>
    decider.authorizedUsers({ tenant, permission: sharingOf(resource), instance: id });
}

/** Creates the reader of the notices about requests, for `openNotices`. */
export function createReadRequestNotice({
  decider,
  approvalRules: rules = policyRules,
  ...deps
}: Omit<ReadNoticeDeps, 'approversFor'> &
  Pick<RequestsOptions, 'approvalRules'> & {
    readonly decider: Pick<PdpDecider, 'authorizedUsers'>;
  }): ReadNotice {
  const sharersOf = createSharersOf(decider);
  return createReadNotice({
    ...deps,
    async approversFor(tenant, target) {
      const keys = await Promise.all([
        decider.authorizedUsers({ tenant, permission: ruleOf(rules, columnsOf(target)).decidedWith }),
        target.kind === 'role' ? [] : sharersOf(tenant, target),
      ]);
      return keys.flat();
    },
  });
}

export async function openRequests(options: RequestsOptions): Promise<Requests> {
  const {
    database,
    bus,
    decider,
    permissionsFor,
    permit,
    factChanges,
    notices,
    titlesOf,
    accountOf,
    approvalRules: rules = policyRules,
    now,
    log,
  } = options;
  const { db, reserved } = database;
  const onError = oncePerMinute((err: Error) => log.error({ err }, 'a grant waits for another attempt'));
  const changes = bus.topic<RequestChange>(requestsTopic);
  await using opening = new AsyncDisposableStack();
  const worker = createGrantWorker({
    directory: options.directory,
    accountOf,
    now,
    store: createGrantStore({
      db,
      now,
      recordEnd: createRecordEnd(options.audit),
      notices,
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
    onError,
  });
  opening.defer(() => endedRoles.close());
  const resources = opening.move();
  return {
    router: {
      db,
      audit: options.audit,
      now,
      permissionsFor,
      approversOf: options.approversOf,
      findPeople: options.findPeople,
      titlesOf,
      readableTitles: options.readableTitles,
      readableCollections: options.readableCollections,
      isClosedTo: options.isClosedTo,
      isActive: options.isActive,
      notices,
      readHeldRoles: createReadHeldRoles(permit.reads),
      sharersOf: createSharersOf(decider),
      changes,
      listeners,
      rules,
      removeNow: (grant) => worker.finish(grant).then(() => {}, onError),
      admit: endedRoles.admit,
    },
    admit: endedRoles.admit,
    endGrant: createEndGrant({ db, now, finish: worker.finish }),
    assignRole: createAssignRole({ db, now, assign: worker.assign }),
    close: () => resources.disposeAsync(),
  };
}
