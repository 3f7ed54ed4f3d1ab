import { defaultTenant, LogtoApiError, type LogtoManagement } from '@latchkey/directory-sync';
import { changesIn, planPolicy, readEnvironment, type PermitClient } from '@latchkey/permissions/policy';
import { policy } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { ApproversOf } from '../../directory/approvers.ts';
import { within } from '../../platform/within.ts';
import { installationSetup } from './tables.ts';

export interface SetupRouterDeps {
  readonly store: SetupStore;
  readonly makeChecks: () => Promise<readonly SetupCheck[]>;
  /** Whether the installation has an administrator. @throws when that is unknown */
  readonly hasAdministrator: () => Promise<boolean>;
  /** The vendors' consoles; absent when not configured. */
  readonly links: { readonly logto?: string | undefined; readonly permit?: string | undefined };
}

interface SetupOptions {
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

interface SetupStore {
  /** Whether the checklist was completed or dismissed, on any replica. */
  isOver(): Promise<boolean>;
  /** `dismissedBy`: the user who dismissed it; `null` when everything is done. Does not overwrite an earlier end. */
  end(dismissedBy: string | null): Promise<void>;
}

function createSetupStore(db: NodePgDatabase): SetupStore {
  // The end is permanent, so the table is queried only until then.
  let isKnownOver = false;
  return {
    async isOver() {
      if (!isKnownOver) {
        const rows = await db.select({ id: installationSetup.id }).from(installationSetup).limit(1);
        isKnownOver = rows.length > 0;
      }
      return isKnownOver;
    },
    async end(dismissedBy) {
      await db.insert(installationSetup).values({ endedAt: new Date(), dismissedBy }).onConflictDoNothing();
      isKnownOver = true;
    },
  };
}

/** In the order in which a new installation completes them. */
const checkNames = ['logto', 'pdp', 'policy', 'administrator', 'management-api', 'webhook'] as const;

export type SetupCheckName = (typeof checkNames)[number];

/** `unknown`: the check is currently unavailable. */
export type SetupCheckState = 'done' | 'todo' | 'unknown';

export interface SetupCheck {
  readonly name: SetupCheckName;
  readonly state: SetupCheckState;
}

/** Each resolves to whether it is done, and rejects when that is unknown. */
type SetupChecks = Readonly<Record<SetupCheckName, () => Promise<boolean>>>;

/** Milliseconds: the timeout of a check, and the lifetime of its cached result. */
const limits = { deadline: 5_000, age: 3_000 };

/** Runs all checks. Pages poll every few seconds and share the cached results. */
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
