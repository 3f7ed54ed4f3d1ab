import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Components } from '../http/health.ts';
import type { Observer } from './observer.ts';
import type { Figure } from './figures.ts';

export interface ScrapeSources {
  readonly readiness: () => Promise<Components>;
  /** Gauges that are read from the database; `undefined` while it does not respond. */
  readonly figures: () => Promise<readonly Figure[] | undefined>;
  readonly otherFigures: () => readonly Figure[];
  readonly isPdpBroken: () => boolean;
}

export interface Metrics extends Observer {
  /** Returns all metrics in Prometheus's text format. Concurrent scrapes share one result. */
  read(sources: ScrapeSources): Promise<string>;
}

/** Histogram buckets in seconds: from a cached answer to the timeouts of external services. */
const buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Labels are names from the policy, the router and code tables: never a user, a tenant or an id. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const decisions = new Counter({
    name: 'latchkey_decisions_total',
    help: 'Gate decisions on calls, by permission, outcome (allow, deny, unavailable) and source.',
    labelNames: ['permission', 'outcome', 'source'],
    registers,
  });
  const decisionTime = new Histogram({
    name: 'latchkey_decision_duration_seconds',
    help: 'Time that calls waited for their gates.',
    labelNames: ['outcome'],
    buckets,
    registers,
  });
  const checks = new Counter({
    name: 'latchkey_checks_total',
    help: 'Checks by gates and for page buttons, by outcome and source; cache and joined do not reach the PDP.',
    labelNames: ['outcome', 'source'],
    registers,
  });
  const pdpTime = new Histogram({
    name: 'latchkey_pdp_call_duration_seconds',
    help: 'Calls to the PDP, retries included, by operation and outcome (answered, or the cause of the outage).',
    labelNames: ['operation', 'outcome'],
    buckets,
    registers,
  });
  const breaker = new Gauge({
    name: 'latchkey_pdp_breaker_open',
    help: '1 while the circuit breaker is open and calls to the PDP fail immediately.',
    registers,
  });
  const calls = new Counter({
    name: 'latchkey_procedure_calls_total',
    help: 'Procedure calls by code: ok, or the code of the error.',
    labelNames: ['procedure', 'code'],
    registers,
  });
  const callTime = new Histogram({
    name: 'latchkey_procedure_duration_seconds',
    help: 'Procedure calls.',
    labelNames: ['procedure'],
    buckets,
    registers,
  });
  const requests = new Counter({
    name: 'latchkey_http_requests_total',
    help: 'HTTP requests by route and status.',
    labelNames: ['route', 'status'],
    registers,
  });
  const requestTime = new Histogram({
    name: 'latchkey_http_request_duration_seconds',
    help: 'HTTP requests, without streams.',
    labelNames: ['route'],
    buckets,
    registers,
  });
  const lost = new Counter({
    name: 'latchkey_audit_events_lost_total',
    help: 'Audit events that neither PostgreSQL nor the disk accepted.',
    registers,
  });
  const scrape = async ({
    readiness,
    figures,
    otherFigures,
    isPdpBroken,
  }: ScrapeSources): Promise<string> => {
    const [components, known] = await Promise.all([readiness(), figures()]);
    breaker.set(Number(isPdpBroken()));
    const passing = new Registry();
    const ups = gaugesOf(components, known !== undefined);
    for (const figure of [...ups, ...otherFigures(), ...(known ?? [])]) fill(passing, figure);
    return `${await registry.metrics()}\n${await passing.metrics()}`;
  };
  let scraping: Promise<string> | undefined;

  return {
    gateDecided({ permission, outcome, source, duration }) {
      decisions.inc({ permission, outcome, ...(source !== undefined && { source }) });
      decisionTime.observe({ outcome }, duration / 1000);
    },
    checked: (outcome, source) => checks.inc({ outcome, ...(source !== undefined && { source }) }),
    pdpCalled: ({ operation, outcome, duration }) => pdpTime.observe({ operation, outcome }, duration / 1000),
    callEnded({ path, code, duration }) {
      calls.inc({ procedure: path, code });
      callTime.observe({ procedure: path }, duration / 1000);
    },
    requestAnswered({ route, status, duration }) {
      requests.inc({ route, status });
      if (duration !== undefined) requestTime.observe({ route }, duration / 1000);
    },
    auditEventsLost: (count) => lost.inc(count),
    read: (sources) =>
      (scraping ??= scrape(sources).finally(() => {
        scraping = undefined;
      })),
  };
}

/** A database that answers the probe but not the queries of a scrape is not usable. */
function gaugesOf(components: Components, hasFigures: boolean): Figure[] {
  const ups = Object.entries(components).map(([name, state]) => ({
    name: `latchkey_${name}_up`,
    help: `1 while ${name} can be used, as reported by /readyz.`,
    values: [{ value: Number(state === 'ok' && (name !== 'database' || hasFigures)) }],
  }));
  const wrong = { value: Number(components['pdp'] === 'wrong') };
  const help = '1 while the PDP gives a wrong answer to a question with a known answer.';
  return [...ups, { name: 'latchkey_pdp_wrong', help, values: [wrong] }];
}

/** Registers a gauge for one scrape. Unknown values are omitted: neither the previous value nor 0 would be true. */
function fill(registry: Registry, { name, help, values }: Figure): void {
  const [first] = values;
  if (first === undefined) return;
  const labelNames = Object.keys(first.labels ?? {});
  const gauge = new Gauge({ name, help, labelNames, registers: [registry] });
  for (const { value, labels = {} } of values) gauge.set(labels, value);
}
