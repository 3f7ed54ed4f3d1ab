import { defaultTenant, LogtoApiError, type LogtoManagement } from '@latchkey/directory-sync';
import { changesIn, planPolicy, readEnvironment, type PermitClient } from '@latchkey/permissions/policy';
import { policy } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { ApproversOf } from '../../directory/approvers.ts';
import { createMakeChecks } from './setup-checks.ts';
import type { SetupRouterDeps } from './setup-router.ts';
import { createSetupStore } from './setup-store.ts';

export interface SetupOptions {
  readonly db: NodePgDatabase;
  /** Whether the PDP is reachable. */
  readonly isPdpThere: () => Promise<boolean>;
  readonly approversOf: ApproversOf;
  readonly permit: PermitClient;
  /** Absent: payload mode. */
  readonly logto: Pick<LogtoManagement, 'hooks'> | undefined;
  /** The number of webhook deliveries ever received from Logto. */
  readonly countDeliveries: () => Promise<number>;
  readonly links: SetupRouterDeps['links'];
}

export function openSetup(options: SetupOptions): SetupRouterDeps {
  const { db, isPdpThere, approversOf, permit, logto, countDeliveries, links } = options;
  const hasAdministrator = async (): Promise<boolean> => {
    const { people, more } = await approversOf(defaultTenant);
    return people.length > 0 || more;
  };
  return {
    store: createSetupStore(db),
    hasAdministrator,
    links,
    makeChecks: createMakeChecks({
      // The caller's token was signed by Logto.
      logto: () => Promise.resolve(true),
      pdp: isPdpThere,
      policy: async () => changesIn(planPolicy(policy, await readEnvironment(permit))).length === 0,
      administrator: hasAdministrator,
      async 'management-api'() {
        if (logto === undefined) return false;
        try {
          await logto.hooks();
          return true;
        } catch (error) {
          // The application is unknown or lacks the role.
          if (error instanceof LogtoApiError && !error.retryable) return false;
          throw error;
        }
      },
      webhook: async () => (await countDeliveries()) > 0,
    }),
  };
}
