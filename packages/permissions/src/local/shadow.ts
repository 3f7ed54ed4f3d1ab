import { setTimeout as sleep } from 'node:timers/promises';
import type { Check, Decision } from '../decision.ts';
import type { Invalidation } from '../permit/invalidations.ts';
import type { Comparison, Disagreement } from './local-options.ts';
import type { Snapshot } from './snapshot.ts';
import type { SnapshotReader } from './snapshot-reader.ts';

type Outcome = Decision['outcome'];

/** Disagreements that are looked at again at the same time. */
const maxPending = 100;

interface ShadowOptions {
  readonly snapshot: Snapshot;
  readonly reader: SnapshotReader;
  readonly recheckAfter: number;
  readonly signal: AbortSignal;
  readonly onDisagreement: (disagreement: Disagreement) => void;
}

/** Compares decisions of the PDP with what this process would have decided. */
export class Shadow {
  readonly #options: ShadowOptions;
  #pending = 0;
  readonly counts: Record<Comparison, number> = {
    agreed: 0,
    untold: 0,
    passed: 0,
    stale: 0,
    different: 0,
    unexamined: 0,
  };

  constructor(options: ShadowOptions) {
    this.#options = options;
  }

  /**
   * Nothing waits for it, and it never throws.
   * @param askAgain - asks the PDP, past its cache
   */
  compare(check: Check, pdp: Outcome, askAgain: () => Promise<Outcome>): void {
    const local = this.#outcomeOf(check);
    if (local === undefined) void this.#compareWhenRead(check, pdp, askAgain);
    else this.#count(check, { pdp, local }, askAgain);
  }

  /** As it would be decided in earnest, what has just changed is read first. */
  async #compareWhenRead(check: Check, pdp: Outcome, askAgain: () => Promise<Outcome>): Promise<void> {
    await this.#options.reader.readChanged(check);
    const local = this.#outcomeOf(check);
    if (local === undefined) this.counts.untold += 1;
    else this.#count(check, { pdp, local }, askAgain);
  }

  #count(
    check: Check,
    { pdp, local }: { readonly pdp: Outcome; readonly local: Outcome },
    askAgain: () => Promise<Outcome>,
  ): void {
    if (local === pdp) this.counts.agreed += 1;
    else if (this.#pending >= maxPending) this.counts.unexamined += 1;
    else void this.#examine(check, local, askAgain);
  }

  async #examine(check: Check, local: Outcome, askAgain: () => Promise<Outcome>): Promise<void> {
    const { snapshot, recheckAfter, signal, onDisagreement } = this.#options;
    const { age = 0 } = snapshot;
    this.#pending += 1;
    try {
      await sleep(recheckAfter, undefined, { ref: false, signal });
      const pdp = await askAgain();
      if (pdp === local) {
        this.counts.passed += 1;
        return;
      }
      const cause = (await this.#outcomeAnew(check)) === pdp ? 'stale' : 'different';
      this.counts[cause] += 1;
      onDisagreement({ cause, check, pdp, local, age });
    } catch {
      // The PDP is away, or the decider is closed: nothing can be said.
      this.counts.unexamined += 1;
    } finally {
      this.#pending -= 1;
    }
  }

  /** What this process decides when it reads again what the check is about. */
  async #outcomeAnew(check: Check): Promise<Outcome | undefined> {
    const { snapshot, reader } = this.#options;
    for (const invalidated of aboutCheck(check)) snapshot.changes.add(invalidated);
    await reader.readChanged(check);
    return this.#outcomeOf(check);
  }

  #outcomeOf(check: Check): Outcome | undefined {
    const verdict = this.#options.snapshot.verdict(check);
    if (verdict === undefined) return undefined;
    return verdict === 'allow' ? 'allow' : 'deny';
  }
}

/** The user and the instance of a check. */
export function aboutCheck({ subject, permission, instance }: Check): Invalidation[] {
  if (instance === undefined) return [{ subject }];
  return [{ subject }, { instance: `${permission.slice(0, permission.indexOf(':'))}:${instance}` }];
}
