import type { PermitReads } from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import type { FactChanges } from '../../directory/fact-changes.ts';
import type { Notices } from '../../directory/notice.ts';
import type { EndGrant } from '../../directory/roles-in-tenant.ts';
import type { TitlesOf } from '../../directory/shared-resources.ts';
import type { Bus } from '../../platform/bus/open-bus.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import type { Database } from '../../platform/database/open-database.ts';
import { oncePerMinute } from '../../platform/log/create-logger.ts';
import type { Audit } from '../audit/record.ts';
import type { ApprovalRules } from './decide-rights.ts';
import { openEndedRoles, type EndedRoles, type EndedRolesDeps } from './ended-roles.ts';
import { createAssignRole, type AssignRole } from './assign-role.ts';
import { createGrantStore } from './grant-store.ts';
import { createGrantWorker, type GrantWorkerDeps } from './grant-worker.ts';
import { createReadSuspendedRoles } from './held-roles.ts';
import { createEndGrant } from './live-grants.ts';
import { createRecordEnd } from './request-context.ts';
import {
  createRequestListeners,
  type RequestListeners,
  type RequestListenersDeps,
} from './request-listeners.ts';
import { requestsTopic, type RequestChange } from './target.ts';

export interface GrantsOptions extends Pick<GrantWorkerDeps, 'accountOf' | 'directory' | 'now'> {
  readonly database: Pick<Database, 'db' | 'reserved'>;
  readonly bus: Bus;
  readonly decider: EndedRolesDeps['decider'] & RequestListenersDeps['decider'];
  readonly permissionsFor: EndedRolesDeps['permissionsFor'];
  readonly reads: Pick<PermitReads, 'user'>;
  readonly titlesOf: TitlesOf;
  readonly factChanges: Pick<FactChanges, 'publishHere'>;
  readonly notices: Pick<Notices, 'add'>;
  readonly rules: ApprovalRules;
  readonly audit: Pick<Audit, 'changedWith'>;
  readonly log: Logger;
}

export interface Grants extends Pick<EndedRoles, 'admit'> {
  readonly changes: Topic<RequestChange>;
  readonly listeners: Pick<RequestListeners, 'listen'>;
  /** Removes the role of an ending grant. Never rejects: failures are retried later. */
  readonly removeNow: (grant: string) => Promise<void>;
  readonly endGrant: EndGrant;
  readonly assignRole: AssignRole;
  /** Stops the workers. Resolves when the running work has ended. */
  close(): Promise<void>;
}

/** Opens the workers that make Permit match the grants. */
export async function openGrants(options: GrantsOptions): Promise<Grants> {
  const { database, bus, decider, permissionsFor, reads, titlesOf, factChanges, now, log } = options;
  const { db, reserved } = database;
  const onError = oncePerMinute((err: Error) => log.error({ err }, 'a grant waits for another attempt'));
  const changes = bus.topic<RequestChange>(requestsTopic);
  await using opening = new AsyncDisposableStack();
  const worker = createGrantWorker({
    directory: options.directory,
    accountOf: options.accountOf,
    now,
    store: createGrantStore({
      db,
      now,
      recordEnd: createRecordEnd(options.audit),
      notices: options.notices,
    }),
    readSuspendedRoles: createReadSuspendedRoles(reads),
    hasInstance: async (tenant, { resource, id }) => (await titlesOf(tenant, resource, [id])).has(id),
    onChange: changes.publish,
    onError,
  });
  opening.defer(() => worker.close());
  opening.defer(changes.subscribe({ onMessage: worker.wake, onGap: worker.wake }));
  const listeners = createRequestListeners({ decider, rules: options.rules });
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
    changes,
    listeners,
    admit: endedRoles.admit,
    removeNow: (grant) => worker.finish(grant).then(() => {}, onError),
    endGrant: createEndGrant({ db, now, finish: worker.finish }),
    assignRole: createAssignRole({ db, now, assign: worker.assign }),
    close: () => resources.disposeAsync(),
  };
}
