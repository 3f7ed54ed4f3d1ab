import type { LogtoManagement } from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import { failureOf } from '../failure.ts';
import type { Check, SyncQueues } from '../worker/sync-queues.ts';
import { createCheckDeliveries, type CheckDeliveriesDeps } from './check-deliveries.ts';
import { createCheckOrganization, type CheckOrganizationDeps } from './check-organization.ts';
import { createCheckUserRoles, type CheckUserRolesDeps } from './check-user-roles.ts';

/** Seconds between two checks of the same kind; 0 for none. */
export interface CheckSeconds {
  readonly deliveries: number;
  readonly roles: number;
}

export interface ChecksDeps extends CheckDeliveriesDeps, CheckOrganizationDeps, CheckUserRolesDeps {
  readonly logto: LogtoManagement;
  readonly state: CheckDeliveriesDeps['state'];
  readonly mapping: CheckOrganizationDeps['mapping'];
  readonly log: Logger;
}

/** The checks between the runs over the whole directory. Each runs on one of the replicas. */
export interface Checks {
  readonly run: (check: Check, signal: AbortSignal) => Promise<void>;
  /** Call this when an organization (Logto id) is used: its roles are checked soon. */
  readonly noteUse: (organization: string) => void;
  readonly close: () => void;
}

/** Maximum number of organizations that one replica stores between two checks. */
const mostNoted = 10_000;

export function openChecks(
  deps: ChecksDeps,
  queues: Pick<SyncQueues, 'enqueueCheck'>,
  every: CheckSeconds,
): Checks {
  const { log } = deps;
  const checkDeliveries = createCheckDeliveries(deps);
  const checkOrganization = createCheckOrganization(deps);
  const checkUserRoles = createCheckUserRoles(deps);
  let used = new Set<string>();

  const ask = (check: Check, seconds: number): void => {
    queues.enqueueCheck(check, seconds).catch((error: unknown) => log.error({ err: error }, 'no check'));
  };
  const askAboutRoles = (): void => {
    ask('user-roles', every.roles);
    for (const id of used) ask(`organization:${id}`, every.roles);
    used = new Set();
  };
  // Twice per interval, because the queue accepts one check per interval.
  const timers = [
    every.deliveries > 0
      ? setInterval(() => ask('deliveries', every.deliveries), every.deliveries * 500)
      : undefined,
    every.roles > 0 ? setInterval(askAboutRoles, every.roles * 500) : undefined,
  ];

  return {
    async run(check, signal) {
      try {
        if (check === 'deliveries') await checkDeliveries(signal);
        else if (check === 'user-roles') await checkUserRoles(signal);
        else await checkOrganization(check.slice('organization:'.length));
      } catch (error) {
        // Not an outage: the known state remains valid, and the next check follows.
        if (!signal.aborted)
          log.warn({ check: check.split(':')[0], ...failureOf(error) }, 'a check of Logto failed');
      }
    },
    noteUse(organization) {
      if (used.size < mostNoted) used.add(organization);
    },
    close() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
