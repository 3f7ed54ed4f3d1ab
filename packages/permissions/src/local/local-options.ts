import type { Check, Decision } from '../decision.ts';
import type { Policy } from '../policy.ts';
import type { FactCounts } from './local-facts.ts';
import type { Reading } from './snapshot-reader.ts';

/** `pollEvery`, in milliseconds. */
export const defaultPollEvery = 5_000;

/** `maxAge`, in milliseconds. */
export const defaultMaxAge = 60_000;

/** `maxFacts`, in each list. */
export const defaultMaxFacts = 250_000;

/** `recheckAfter`, in milliseconds. */
export const defaultRecheckAfter = 2_000;

/** `readDeadline`, in milliseconds. */
export const defaultReadDeadline = 1_000;

/** The options of `createLocalDecider`. */
export interface LocalDeciderOptions<P extends Policy, D> {
  /** The policy that was applied to the environment: it types the permissions and names the roles that grant them. */
  readonly policy: P;
  /** The base URL of Permit's REST API: `https://api.permit.io`, or another region, or the emulator. */
  readonly apiUrl: string;
  /** An environment API key of Permit. */
  readonly apiKey: string;
  /** The decider that asks the PDP: the reference, and the fallback. */
  readonly pdp: D;
  /**
   * `shadow`: the PDP decides, and what this process would have decided is compared with it. `decide`: this process decides what
   * it can. Default: `shadow`.
   */
  readonly mode?: 'shadow' | 'decide' | undefined;
  /** Milliseconds after which what was read is not used. Everything is read again when it is half as old. Default: 60,000. */
  readonly maxAge?: number | undefined;
  /** Milliseconds between questions to Permit's API whether something has changed. Default: 5,000. */
  readonly pollEvery?: number | undefined;
  /** Users, role assignments and relationship tuples, each at most. With more, the PDP decides everything. Default: 250,000. */
  readonly maxFacts?: number | undefined;
  /** Milliseconds after which a disagreement is looked at again: the PDP learns of a change a moment after the API. Default: 2,000. */
  readonly recheckAfter?: number | undefined;
  /** Milliseconds that a decision waits at most for what has changed to be read again. Default: 1,000. */
  readonly readDeadline?: number | undefined;
  /** Told of each disagreement that did not pass by itself. It must not throw. Default: nobody is told; `status()` counts them. */
  readonly onDisagreement?: ((disagreement: Disagreement) => void) | undefined;
  /**
   * Told when reading fails, with an error that has a `code`: once for each code until reading succeeds again. It must not throw.
   * Default: nobody is told; `status()` has the last one.
   */
  readonly onWarning?: ((error: unknown) => void) | undefined;
}

/** A check that this process and the PDP decide differently. */
export interface Disagreement {
  /**
   * `stale`: with the facts about this check read again, both decide the same, so that something was changed elsewhere and not yet
   * seen here. `different`: they decide differently by the same facts.
   */
  readonly cause: 'stale' | 'different';
  readonly check: Check;
  readonly pdp: Decision['outcome'];
  readonly local: Decision['outcome'];
  /** How old the snapshot was that this process decided by, in milliseconds. */
  readonly age: number;
}

/** What a local decider does, in numbers since it was created. */
export interface LocalStatus {
  readonly mode: 'shadow' | 'decide';
  /** `loading`: nothing was read yet. `stale`: what was read is too old. In all but `ready`, the PDP decides everything. */
  readonly state: 'loading' | 'ready' | 'stale' | 'too-many-facts' | 'closed';
  /** Milliseconds since the oldest part of the snapshot began to be read. */
  readonly age: number | undefined;
  readonly facts: FactCounts;
  /** The list that is being read, and how far. */
  readonly reading: Reading | undefined;
  /** Decisions in `decide` mode: by this process, and by the PDP because this process could not tell. */
  readonly decided: { readonly local: number; readonly pdp: number };
  /**
   * Comparisons in `shadow` mode. `untold`: this process could not tell. `passed`: the PDP came to the same decision a moment later.
   * `unexamined`: there were too many disagreements at once to look at this one again.
   */
  readonly compared: Readonly<Record<Comparison, number>>;
  /** Why reading failed, when the last attempt did. */
  readonly lastError: unknown;
}

/** How a comparison ended. */
export type Comparison = 'agreed' | 'untold' | 'passed' | 'stale' | 'different' | 'unexamined';
