import type { Limits, LogtoManagementOptions } from '@latchkey/directory-sync';
import type { PermitDeciderOptions } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';
import type { Logger } from 'pino';
import type { TokenVerifierOptions } from './auth/create-token-verifier.ts';
import type { Deadlines } from './deadlines.ts';
import type { StreamsOptions } from './features/audit/open-streams.ts';
import type { NoticeSettings } from './features/requests/open-requests.ts';
import type { CheckSeconds } from './features/sync/checks/open-checks.ts';
import type { Observer } from './observer.ts';
import type { Tracing } from './tracing/tracing.ts';

/** Where the server's neighbours are and how it talks to them; `main.ts` reads them from the environment. */
export interface ServiceSettings {
  readonly databaseUrl: string;
  readonly permit: {
    readonly apiUrl: string;
    readonly pdpUrl: string;
    readonly apiKey: string;
    /** What differs from the decider's defaults. */
    readonly decider?: Pick<PermitDeciderOptions<typeof policy>, 'breakAfter' | 'cache'>;
  };
  readonly tokens: Pick<TokenVerifierOptions, 'issuer' | 'audience' | 'jwksUrl' | 'clients'>;
  readonly sync: {
    /** Absent: payload mode. */
    readonly logto?: LogtoManagementOptions | undefined;
    readonly limits: Limits;
    /** Minutes between sweeps; 0 for none. */
    readonly sweepMinutes: number;
    /** The keys of the server's own webhook in Logto. Default: none, its URL says which webhook that is. */
    readonly signingKeys?: readonly string[];
    readonly checkSeconds?: CheckSeconds;
  };
  /** Where people open the console: links in mails lead there. Default: such links are not given. */
  readonly consoleUrl?: string | undefined;
  readonly deadlines?: Deadlines;
  /** The vendors' own consoles, to which the checklist of a new installation links. Default: no links. */
  readonly vendorConsoles?: { readonly logto?: string | undefined; readonly permit?: string | undefined };
  /** The audit log: for how many days events are kept, and where they wait while PostgreSQL is away. */
  readonly audit?: {
    readonly retentionDays?: number;
    readonly spillFolder?: string;
    /** Decisions that are explained in a minute, so that their reasons can be read later, at most. Default: none. */
    readonly explanationsPerMinute?: number;
    /** Where events go besides. Default: nowhere. */
    readonly stream?: StreamsOptions['settings'];
  };
  /** How deciders are told of requests outside the console. Default: not at all. */
  readonly notices?: NoticeSettings;
  /** The time of day, by which grants end. Default: the clock of this machine. */
  readonly now?: () => Date;
  /** Told of what the server does, for metrics. Default: nobody is told. */
  readonly observer?: Observer | undefined;
  /** Default: statements have no spans. */
  readonly tracing?: Pick<Tracing, 'statements'> | undefined;
  /** Milliseconds that the answer to a probe is good for. Default: 2,000. */
  readonly rememberReadiness?: number;
  readonly log: Logger;
}
