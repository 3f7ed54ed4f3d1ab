import type { Check } from '../core/decision.ts';
import { defaultResilience } from './decider-defaults.ts';
import { createOutageWarnings } from './outage-warnings.ts';
import { PdpOutage, type PdpClient } from './pdp-client.ts';
import type { PdpResult } from './pdp-response.ts';
import type { PermitDeciderOptions } from './permit-decider-types.ts';
import { createResilience, type Resilience } from './resilience.ts';
import { createTelemetry, type Telemetry } from './telemetry.ts';

export interface PdpCalls extends Pick<Telemetry, 'decided'>, Pick<Resilience, 'isBroken'> {
  readonly client: PdpClient;
  /** The deadline of one call in milliseconds. */
  readonly deadline: number;
  /** One call of `client`, with retries and telemetry. */
  readonly call: <Answer>(
    operation: string,
    run: (signal: AbortSignal) => Promise<Answer>,
    checks?: number,
  ) => Promise<Answer>;
  /**
   * One result for each check. If the PDP refuses a call, asks again in two halves, because a single invalid check
   * makes it refuse all.
   */
  readonly allowed: (checks: readonly Check[]) => Promise<readonly (PdpResult | PdpOutage)[]>;
}

/** Calls a PDP with deadlines, retries, a circuit breaker, telemetry and warnings about outages. */
export function createPdpCalls(
  {
    url,
    deadline = defaultResilience.deadline,
    retries = defaultResilience.retries,
    breakAfter = defaultResilience.breakAfter,
    breakFor = defaultResilience.breakFor,
    onCall,
    onOutage,
  }: Omit<PermitDeciderOptions<never>, 'policy' | 'apiKey'>,
  connect: (headers: () => Record<string, string>) => PdpClient,
): PdpCalls {
  const { resilient, isBroken } = createResilience({ deadline, retries, breakAfter, breakFor });
  const warn = createOutageWarnings(url, onOutage);
  const telemetry = createTelemetry((call, error) => {
    // A PDP that does not support lists is no outage: the list rejects with the reason.
    if (call.operation !== 'list' || ![404, 501].includes(call.status ?? 0)) warn(error);
    onCall?.(call);
  });
  const client = connect(telemetry.headers);
  const call: PdpCalls['call'] = (operation, run, checks = 1) =>
    telemetry.call(operation, checks, () => resilient(run));

  const allowed: PdpCalls['allowed'] = async (checks) => {
    try {
      return await call('allowed', (signal) => client.allowed(checks, signal), checks.length);
    } catch (error) {
      if (!(error instanceof PdpOutage)) throw error;
      if (checks.length === 1) return [error];
      if (error.pdpStatus !== 400 && error.pdpStatus !== 422) throw error;
      const middle = checks.length >> 1;
      return (await Promise.all([allowed(checks.slice(0, middle)), allowed(checks.slice(middle))])).flat();
    }
  };
  return { client, deadline, call, allowed, decided: telemetry.decided, isBroken };
}
