import type { Limits, LogtoManagementOptions } from '@latchkey/directory-sync';
import type { PermitDeciderOptions } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';
import type { Logger } from 'pino';
import type { TokenVerifierOptions } from '../authentication/create-token-verifier.ts';
import type { StreamsOptions } from '../features/audit/open-streams.ts';
import type { ApprovalRules } from '../features/requests/decide-rights.ts';
import type { NoticeSettings } from '../features/notices/open-notices.ts';
import type { CheckSeconds } from '../features/sync/checks/open-checks.ts';
import type { Observer } from '../platform/metrics/observer.ts';
import type { Tracing } from '../platform/tracing/open-tracing.ts';

/** Timeouts for external services, in milliseconds. */
export interface Deadlines {
  /** PostgreSQL, for revocations and readiness. Default: 1,000; other queries wait up to 5,000. */
  readonly database?: number;
  /** The PDP, including retries. Default: the decider's. */
  readonly pdp?: number;
  /** Logto's keys. Default: 3,000. */
  readonly jwks?: number;
  /** One call to Permit's API. Default: 10,000; 3,000 for the display of access requests. */
  readonly permitApi?: number;
  /** The names of users: a page is shown without the names that arrive later. Default: 2,000. */
  readonly names?: number;
  /** The total for a user's first call. Default: 10,000. */
  readonly firstCall?: number;
}

/** The connections and options of the server's services; `main.ts` reads them from the environment. */
export interface ServiceSettings {
  readonly databaseUrl: string;
  readonly permit: {
    readonly apiUrl: string;
    readonly pdpUrl: string;
    readonly apiKey: string;
    readonly decider?: Pick<PermitDeciderOptions<typeof policy>, 'breakAfter' | 'cache'>;
  };
  readonly tokens: Pick<
    TokenVerifierOptions,
    'issuer' | 'audience' | 'delegated' | 'jwksUrl' | 'clients' | 'refusedKeys'
  >;
  readonly sync: {
    /** The connection to Logto's Management API. If absent, sync runs in payload mode. */
    readonly logto?: LogtoManagementOptions | undefined;
    readonly limits: Limits;
    readonly sweepMinutes: number;
    /** The keys of the server's own webhook in Logto. Default: none, and the webhook is identified by its URL. */
    readonly signingKeys?: readonly string[];
    readonly checkSeconds?: CheckSeconds;
  };
  /** The URL of the console, for links in emails. Default: no links. */
  readonly consoleUrl?: string | undefined;
  readonly deadlines?: Deadlines;
  /** The vendors' consoles, to which the set-up checklist links. Default: no links. */
  readonly vendorConsoles?: { readonly logto?: string | undefined; readonly permit?: string | undefined };
  /** The audit log: for how many days events are retained, and where they are buffered during a PostgreSQL outage. */
  readonly audit?: {
    readonly retentionDays?: number;
    readonly spillFolder?: string;
    /** Maximum number of decisions per minute whose explanations are stored. Default: none. */
    readonly explanationsPerMinute?: number;
    /** Streams events to other systems. Default: none. */
    readonly stream?: StreamsOptions['settings'];
  };
  /** How requests for each role are approved. Default: as the policy defines. */
  readonly approvalRules?: ApprovalRules | undefined;
  /** The notice channels for requests. Default: none. */
  readonly notices?: NoticeSettings;
  /** The clock by which grants end. Default: the clock of this machine. */
  readonly now?: () => Date;
  readonly observer?: Observer | undefined;
  /** Default: statements are not traced. */
  readonly tracing?: Pick<Tracing, 'statements'> | undefined;
  /** Milliseconds for which a probe's result is cached. Default: 2,000. */
  readonly rememberReadiness?: number;
  /** Ends a start that waits for another server to migrate the database. Default: waits as long as necessary. */
  readonly stop?: AbortSignal;
  readonly log: Logger;
}
