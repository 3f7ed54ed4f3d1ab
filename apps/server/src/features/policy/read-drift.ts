import {
  changesIn,
  planPolicy,
  readEnvironment,
  type PermitClient,
  type PolicyStep,
} from '@latchkey/permissions/policy';
import { policy } from '@latchkey/policy';
import type { Logger } from 'pino';
import type { Figure } from '../../platform/metrics/figures.ts';

/** An object of Permit's environment that differs from the table. */
export interface PolicyDifference {
  /** The kind of object, as in `latchkey policy plan`: `role`, `resource role`, `rule`. */
  readonly kind: PolicyStep['kind'];
  /** The key, such as `editor`, `reports#owner` or `reports:view`. */
  readonly key: string;
  /** Missing in Permit, different in Permit, or in Permit but not in the table. */
  readonly state: 'missing' | 'different' | 'extra';
  /** For a role or a rule: the permissions that only the table grants. */
  readonly lacks: readonly string[];
  /** For a role or a rule: the permissions that only Permit grants. */
  readonly exceeds: readonly string[];
}

/** Without differences, Permit decides by exactly this policy. `comparedAt` is ISO 8601. */
export interface PolicyDrift {
  readonly comparedAt: string;
  readonly differences: readonly PolicyDifference[];
}

/** Reads the differences. @throws {PermitApiError} */
export type ReadDrift = () => Promise<PolicyDrift>;

/** Milliseconds. Callers share a comparison, because it takes several calls of the API whose limit sync needs. */
const cacheTtl = 15_000;

/** Failures are not cached. */
export function createReadDrift(permit: PermitClient): ReadDrift {
  let last: { readonly began: number; readonly drift: Promise<PolicyDrift> } | undefined;
  const read = async (): Promise<PolicyDrift> => {
    const plan = planPolicy(policy, await readEnvironment(permit));
    return { comparedAt: new Date().toISOString(), differences: changesIn(plan).map(differenceOf) };
  };
  return () => {
    if (last !== undefined && Date.now() - last.began < cacheTtl) return last.drift;
    const drift = read();
    const mine = { began: Date.now(), drift };
    last = mine;
    drift.catch(() => {
      if (last === mine) last = undefined;
    });
    return drift;
  };
}

/** Milliseconds between two comparisons for metrics. */
const metricsPause = 600_000;
const states: readonly PolicyDifference['state'][] = ['missing', 'different', 'extra'];

/**
 * Creates a function that returns the number of differences for metrics. The comparison runs in the background, so that
 * no scrape waits for Permit's API. The numbers are missing before the first comparison and after a failed one. Of
 * several failures in a row, only the first is logged.
 */
export function createPolicyFigures(
  readDrift: ReadDrift,
  log: Pick<Logger, 'warn'>,
): () => readonly Figure[] {
  let isFailing = false;
  let figures: readonly Figure[] = [];
  let comparedAt = Number.NEGATIVE_INFINITY;
  const compare = async (): Promise<readonly Figure[]> => {
    const { differences } = await readDrift();
    const values = states.map((state) => ({
      labels: { state },
      value: differences.filter((one) => one.state === state).length,
    }));
    const help = 'Objects of Permit that differ from the policy, by state: missing, different or extra.';
    return [{ name: 'latchkey_policy_differences', help, values }];
  };
  return () => {
    if (performance.now() - comparedAt >= metricsPause) {
      comparedAt = performance.now();
      void compare().then(
        (found) => {
          figures = found;
          isFailing = false;
        },
        (err: unknown) => {
          figures = [];
          if (!isFailing) log.warn({ err }, 'the policy in Permit cannot be read');
          isFailing = true;
        },
      );
    }
    return figures;
  };
}

function differenceOf(step: PolicyStep): PolicyDifference {
  const { kind, key, change } = step;
  const [wanted, present] = [permissionsIn(step.after), permissionsIn(step.before)];
  return {
    kind,
    key,
    state: change === 'created' ? 'missing' : change === 'removed' ? 'extra' : 'different',
    lacks: wanted.filter((permission) => !present.includes(permission)),
    exceeds: present.filter((permission) => !wanted.includes(permission)),
  };
}

/** Adds the resource to the permissions of a role on instances, which are actions. */
function permissionsIn(value: PolicyStep['after']): string[] {
  if (value === undefined || !('permissions' in value)) return [];
  const prefix = 'resource' in value ? `${value.resource}:` : '';
  return value.permissions.map((permission) => `${prefix}${permission}`);
}
