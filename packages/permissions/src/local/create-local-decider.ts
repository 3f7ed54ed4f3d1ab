import type { Check, DecideOptions, Decider, Decision } from '../decision.ts';
import { denyOf } from '../deny-of.ts';
import { AuthorizationUnavailableError } from '../errors.ts';
import type { InstancePermissionOf } from '../instance-permission.ts';
import { createPermitCaller } from '../permit/permit-caller.ts';
import type { Invalidation } from '../permit/invalidations.ts';
import { createTelemetry } from '../permit/telemetry.ts';
import type { PermissionOf, RoleOf } from '../policy-types.ts';
import type { Policy } from '../policy.ts';
import { FactsLimitError } from './local-errors.ts';
import {
  defaultMaxAge,
  defaultMaxFacts,
  defaultPollEvery,
  defaultReadDeadline,
  defaultRecheckAfter,
  type LocalDeciderOptions,
  type LocalStatus,
} from './local-options.ts';
import { aboutCheck, Shadow } from './shadow.ts';
import { Snapshot } from './snapshot.ts';
import { SnapshotReader } from './snapshot-reader.ts';

/** What a decider that asks the PDP has beside `Decider`: `createPermitDecider` has both. */
interface PdpControls {
  invalidate?(invalidated: Invalidation): void;
  close?(): Promise<void>;
}

/** What `createLocalDecider` adds to the decider of the PDP. */
export interface LocalControls {
  /**
   * Reports that facts or the policy changed, to the PDP's decider as well. A check that starts afterwards is never decided by what
   * was read before.
   */
  invalidate(invalidated: Invalidation): void;
  /** Asks Permit's API now whether something has changed, and reads it. @throws {PermitApiError} */
  refresh(): Promise<void>;
  status(): LocalStatus;
  /** Stops reading, and closes the PDP's decider. */
  close(): Promise<void>;
}

/**
 * Decides checks by roles in this process, from a copy of the environment's policy and facts that it reads from Permit's API and
 * keeps up to date; everything else, and whatever it cannot tell, is decided by the PDP. All other methods are those of `pdp`.
 *
 * Starts as a shadow: the PDP decides, and the decisions are compared.
 */
export function createLocalDecider<
  const P extends Policy,
  D extends Decider<PermissionOf<P>, RoleOf<P>, InstancePermissionOf<P>> & PdpControls,
>(options: LocalDeciderOptions<P, D>): D & LocalControls {
  const {
    policy,
    apiUrl,
    apiKey,
    pdp,
    mode = 'shadow',
    onDisagreement = () => {},
    onWarning = () => {},
  } = options;
  const closing = new AbortController();
  const snapshot = new Snapshot(options.maxAge ?? defaultMaxAge);
  const warned = new Set<string>();
  let lastError: unknown;
  const reader = new SnapshotReader(snapshot, createPermitCaller({ apiUrl, apiKey }), {
    pollEvery: options.pollEvery ?? defaultPollEvery,
    maxAge: options.maxAge ?? defaultMaxAge,
    maxFacts: options.maxFacts ?? defaultMaxFacts,
    deadline: options.readDeadline ?? defaultReadDeadline,
    onEnd(error) {
      lastError = error;
      if (error === undefined) warned.clear();
      else if (!warned.has(codeOf(error))) {
        warned.add(codeOf(error));
        onWarning(error);
      }
    },
  });
  const shadow = new Shadow({
    snapshot,
    reader,
    recheckAfter: options.recheckAfter ?? defaultRecheckAfter,
    signal: closing.signal,
    onDisagreement,
  });
  const telemetry = createTelemetry();
  const decided = { local: 0, pdp: 0 };

  const decideHere = (check: Check<PermissionOf<P>>): Decision<PermissionOf<P>, RoleOf<P>> | undefined => {
    const verdict = snapshot.verdict(check);
    if (verdict === undefined) return undefined;
    const { permission } = check;
    return verdict === 'allow' ? { outcome: 'allow', permission } : denyOf(policy, check, verdict);
  };
  const decideOrRead = async (check: Check<PermissionOf<P>>) => {
    const decision = decideHere(check);
    if (decision !== undefined) return decision;
    await reader.readChanged(check);
    return decideHere(check);
  };

  const decide: typeof pdp.decide = async (checks, { onSource } = {}) => {
    const known = checks.map(decideHere);
    const here = known.includes(undefined) ? await Promise.all(checks.map(decideOrRead)) : known;
    const others = checks.flatMap((check, index) => (here[index] === undefined ? [{ check, index }] : []));
    const byPdp = others.length === 0 ? undefined : await askPdp(others, onSource);
    decided.pdp += others.length;
    decided.local += checks.length - others.length;
    return checks.map(({ permission }, index) => {
      const decision = here[index];
      if (decision === undefined) return existing(byPdp?.get(index));
      onSource?.('local', index);
      telemetry.decided(permission, decision.outcome, 'local');
      return decision;
    });
  };

  const askPdp = async (
    others: readonly { readonly check: Check<PermissionOf<P>>; readonly index: number }[],
    onSource: DecideOptions['onSource'],
  ) => {
    const decisions = await pdp.decide(
      others.map(({ check }) => check),
      { onSource: (source, at) => onSource?.(source, existing(others[at]).index) },
    );
    return new Map(others.map(({ index }, at) => [index, existing(decisions[at])]));
  };

  const decideAsShadow: typeof pdp.decide = async (checks, decideOptions) => {
    const decisions = await pdp.decide(checks, decideOptions);
    for (const [index, check] of checks.entries()) {
      shadow.compare(check, existing(decisions[index]).outcome, async () => {
        for (const invalidated of aboutCheck(check)) pdp.invalidate?.(invalidated);
        const [decision] = await pdp.decide([check]);
        return existing(decision).outcome;
      });
    }
    return decisions;
  };

  return {
    ...pdp,
    decide: mode === 'decide' ? decide : decideAsShadow,
    invalidate(invalidated) {
      snapshot.changes.add(invalidated);
      pdp.invalidate?.(invalidated);
      if (invalidated.subject === undefined && invalidated.instance === undefined) reader.hurry();
    },
    refresh: () => reader.refresh(),
    status: () => ({
      mode,
      state: stateOf(snapshot, closing.signal.aborted, lastError),
      age: snapshot.age,
      facts: snapshot.facts.counts,
      reading: reader.reading,
      decided: { ...decided },
      compared: { ...shadow.counts },
      lastError,
    }),
    async close() {
      closing.abort();
      await reader.stop();
      await pdp.close?.();
    },
  };
}

function stateOf(snapshot: Snapshot, isClosed: boolean, lastError: unknown): LocalStatus['state'] {
  if (isClosed) return 'closed';
  if (lastError instanceof FactsLimitError) return 'too-many-facts';
  if (snapshot.age === undefined) return 'loading';
  return snapshot.isFresh ? 'ready' : 'stale';
}

/** A decider that gives fewer decisions than checks is out of order, which is never a deny. */
function existing<T>(decision: T | undefined): T {
  if (decision !== undefined) return decision;
  throw new AuthorizationUnavailableError('malformed', { detail: 'fewer decisions than checks' });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}
