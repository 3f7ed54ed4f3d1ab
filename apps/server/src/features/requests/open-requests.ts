import { defaultTenant, type PermitFacts } from '@latchkey/directory-sync';
import type { PermitDecider } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';
import { directoryMapping } from '@latchkey/policy/directory';
import type { Logger } from 'pino';
import type { ApproversOf } from '../../auth/approvers.ts';
import type { FactChanges } from '../../auth/fact-changes.ts';
import type { Bus } from '../../bus/open-bus.ts';
import type { Database } from '../../database/open-database.ts';
import { openEndedRoles, type EndedRoles } from './ended-roles.ts';
import { createGrantStore } from './grant-store.ts';
import { createGrantWorker, type GrantWorkerDeps } from './grant-worker.ts';
import { createReadHeldRoles, createReadSuspendedRoles } from './held-roles.ts';
import { createFindPeople } from './people.ts';
import { requestsTopic, type RequestChange } from './request-change.ts';
import type { RequestsRouterDeps } from './requests-router.ts';

export interface RequestsOptions {
  readonly database: Pick<Database, 'db' | 'reserved'>;
  readonly bus: Bus;
  readonly decider: PermitDecider<typeof policy>;
  readonly permissionsFor: RequestsRouterDeps['permissionsFor'];
  readonly approversOf: ApproversOf;
  readonly permit: PermitFacts;
  readonly directory: GrantWorkerDeps['directory'];
  readonly accountOf: GrantWorkerDeps['accountOf'];
  readonly factChanges: FactChanges;
  readonly reportTitles: RequestsRouterDeps['reportTitles'];
  readonly now: () => Date;
  readonly log: Logger;
}

export interface Requests {
  readonly router: Omit<RequestsRouterDeps, 'subscriptions'>;
  /** Refuses callers who still have a role that has ended. */
  readonly admit: EndedRoles['admit'];
  /** Resolves when the running work has ended. */
  close(): Promise<void>;
}

/** Opens the parts of requests and grants, and connects them. */
export async function openRequests(options: RequestsOptions): Promise<Requests> {
  const { database, bus, decider, permissionsFor, approversOf, permit, factChanges, reportTitles, now, log } =
    options;
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
  return {
    router: {
      db,
      now,
      readHeldRoles: createReadHeldRoles(permit.reads),
      findPeople: createFindPeople(permit.reads),
      permissionsFor,
      approversOf,
      sharersOf: (tenant, report) =>
        decider.authorizedUsers({ tenant, permission: 'reports:share', instance: report }),
      reportTitles,
      isManagedInLogto: (role, tenant) =>
        (tenant === defaultTenant
          ? directoryMapping.ownedInDefault
          : directoryMapping.ownedInOrganization
        ).has(role),
      changes,
    },
    admit: endedRoles.admit,
    async close() {
      unsubscribe();
      await worker.close();
      await endedRoles.close();
    },
  };
}
