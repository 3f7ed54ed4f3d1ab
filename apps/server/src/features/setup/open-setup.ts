import { defaultTenant, LogtoApiError, type LogtoManagement } from '@latchkey/directory-sync';
import { changesIn, planPolicy, readEnvironment, type PermitClient } from '@latchkey/permissions/policy';
import { policy } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PdpDecider } from '../../directory/decisions.ts';
import type { ApproversOf } from '../../directory/approvers.ts';
import { within } from '../../platform/within.ts';
import {
  checkNames,
  createSetupRouter,
  type SetupCheck,
  type SetupCheckName,
  type SetupRouterDeps,
} from './setup-router.ts';
import { installationSetup } from './tables.ts';

interface SetupOptions {
  readonly db: NodePgDatabase;
  readonly decider: Pick<PdpDecider, 'health'>;
  readonly approversOf: ApproversOf;
  readonly permit: PermitClient;
  /** Absent in payload mode. */
  readonly logto: Pick<LogtoManagement, 'hooks'> | undefined;
  /** The webhook deliveries received from Logto. */
  readonly deliveries: { readonly counts: () => Promise<Readonly<Record<string, number>>> };
  readonly links: SetupRouterDeps['links'];
}

export function openSetup(options: SetupOptions) {
  const { db, decider, approversOf, permit, logto, deliveries, links } = options;
  const hasAdministrator = async (): Promise<boolean> => {
    const { people, more } = await approversOf(defaultTenant);
    return people.length > 0 || more;
  };
  return createSetupRouter({
    store: createSetupStore(db),
    hasAdministrator,
    links,
    makeChecks: createMakeChecks({
      // Logto works, because it signed the caller's token.
      logto: () => Promise.resolve(true),
      // Only whether the PDP responds; another step checks whether it has the policy.
      pdp: async () => (await decider.health()) !== 'unavailable',
      policy: async () => changesIn(planPolicy(policy, await readEnvironment(permit))).length === 0,
      administrator: hasAdministrator,
      async 'management-api'() {
        if (logto === undefined) return false;
        try {
          await logto.hooks();
          return true;
        } catch (error) {
          // Logto does not know the application, or the application lacks the role.
          if (error instanceof LogtoApiError && !error.retryable) return false;
          throw error;
        }
      },
      webhook: async () => Object.values(await deliveries.counts()).some((count) => count > 0),
    }),
  });
}

function createSetupStore(db: NodePgDatabase): SetupRouterDeps['store'] {
  // The end is permanent, so the table is queried only until it is found.
  let isKnownOver = false;
  return {
    async isOver(): Promise<boolean> {
      if (!isKnownOver) {
        const rows = await db.select({ id: installationSetup.id }).from(installationSetup).limit(1);
        isKnownOver = rows.length > 0;
      }
      return isKnownOver;
    },
    async end(dismissedBy: string | null): Promise<void> {
      await db.insert(installationSetup).values({ endedAt: new Date(), dismissedBy }).onConflictDoNothing();
      isKnownOver = true;
    },
  };
}

/** Checks by name. Each resolves to whether the step is done, and rejects if that is unknown. */
type SetupChecks = Readonly<Record<SetupCheckName, () => Promise<boolean>>>;

/** Milliseconds: the timeout of a check, and the lifetime of its cached result. */
const limits = { deadline: 5_000, age: 3_000 };

/** Creates a function that runs all checks. Pages poll every few seconds and share the cached results. */
function createMakeChecks(checks: SetupChecks): () => Promise<readonly SetupCheck[]> {
  const make = async (name: SetupCheckName): Promise<SetupCheck> => {
    const state = checks[name]().then(
      (isDone) => (isDone ? 'done' : 'todo'),
      () => 'unknown' as const,
    );
    return { name, state: await within(limits.deadline, state, () => 'unknown' as const) };
  };
  let made: { readonly at: number; readonly results: Promise<readonly SetupCheck[]> } | undefined;
  return () => {
    if (made === undefined || performance.now() - made.at > limits.age)
      made = { at: performance.now(), results: Promise.all(checkNames.map(make)) };
    return made.results;
  };
}
