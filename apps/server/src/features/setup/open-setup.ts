import { defaultTenant, LogtoApiError, type LogtoManagement } from '@latchkey/directory-sync';
import { changesIn, planPolicy, readEnvironment, type PermitClient } from '@latchkey/permissions/policy';
import { policy } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { ApproversOf } from '../../directory/approvers.ts';
import { within } from '../../platform/within.ts';
import { installationSetup } from './tables.ts';

export interface SetupRouterDeps {
  readonly store: ReturnType<typeof createSetupStore>;
  readonly makeChecks: () => Promise<readonly SetupCheck[]>;
  /** Returns whether the installation has an administrator. @throws when that is unknown */
  readonly hasAdministrator: () => Promise<boolean>;
  readonly links: { readonly logto?: string | undefined; readonly permit?: string | undefined };
}

interface SetupOptions {
  readonly db: NodePgDatabase;
  readonly isPdpThere: () => Promise<boolean>;
  readonly approversOf: ApproversOf;
  readonly permit: PermitClient;
  /** Absent in payload mode. */
  readonly logto: Pick<LogtoManagement, 'hooks'> | undefined;
  /** Counts the webhook deliveries ever received from Logto. */
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
      // Logto works, because it signed the caller's token.
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
          // Logto does not know the application, or the application lacks the role.
          if (error instanceof LogtoApiError && !error.retryable) return false;
          throw error;
        }
      },
      webhook: async () => (await countDeliveries()) > 0,
    }),
  };
}

function createSetupStore(db: NodePgDatabase) {
  // The end is permanent, so the table is queried only until it is found.
  let isKnownOver = false;
  return {
    /** Returns whether the checklist was completed or dismissed, on any replica. */
    async isOver(): Promise<boolean> {
      if (!isKnownOver) {
        const rows = await db.select({ id: installationSetup.id }).from(installationSetup).limit(1);
        isKnownOver = rows.length > 0;
      }
      return isKnownOver;
    },
    /** `dismissedBy`: `null` if everything is done. Does nothing if the checklist has already ended. */
    async end(dismissedBy: string | null): Promise<void> {
      await db.insert(installationSetup).values({ endedAt: new Date(), dismissedBy }).onConflictDoNothing();
      isKnownOver = true;
    },
  };
}

/** The checks in the order in which a new installation completes them. */
const checkNames = ['logto', 'pdp', 'policy', 'administrator', 'management-api', 'webhook'] as const;

export type SetupCheckName = (typeof checkNames)[number];

/** The state of a check. `unknown`: it cannot be determined at present. */
export type SetupCheckState = 'done' | 'todo' | 'unknown';

export interface SetupCheck {
  readonly name: SetupCheckName;
  readonly state: SetupCheckState;
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
