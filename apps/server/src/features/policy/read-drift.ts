import {
  changesIn,
  planPolicy,
  readEnvironment,
  type createPermitCaller,
  type PolicyStep,
} from '@latchkey/permissions/policy';
import { policy } from '@latchkey/policy';

/** One object of Permit's environment that is not as the table says. */
export interface PolicyDifference {
  /** The kind of object, as `latchkey policy plan` names it: `role`, `resource role`, `rule`. */
  readonly kind: PolicyStep['kind'];
  /** `editor`, `reports#owner`, `reports:view`. */
  readonly key: string;
  /** Permit does not have it, has it otherwise, or has it though the table does not. */
  readonly state: 'missing' | 'different' | 'extra';
  /** Of a role, or a rule: the permissions that only the table gives it. */
  readonly lacks: readonly string[];
  /** Of a role, or a rule: the permissions that only Permit gives it. */
  readonly exceeds: readonly string[];
}

/** How Permit differs from the table at a time, ISO 8601. Without differences it decides by this very policy. */
export interface PolicyDrift {
  readonly comparedAt: string;
  readonly differences: readonly PolicyDifference[];
}

/** @throws {PermitApiError} */
export type ReadDrift = () => Promise<PolicyDrift>;

/** Milliseconds. A comparison is several calls of Permit's API, which sync needs too: it is made once for all who look. */
const kept = 15_000;

/** Compares Permit's environment with the table. What failed is not kept. */
export function createReadDrift(callPermit: ReturnType<typeof createPermitCaller>): ReadDrift {
  let last: { readonly began: number; readonly drift: Promise<PolicyDrift> } | undefined;
  const read = async (): Promise<PolicyDrift> => {
    const plan = planPolicy(policy, await readEnvironment(callPermit));
    return { comparedAt: new Date().toISOString(), differences: changesIn(plan).map(differenceOf) };
  };
  return () => {
    if (last !== undefined && Date.now() - last.began < kept) return last.drift;
    const drift = read();
    const mine = { began: Date.now(), drift };
    last = mine;
    drift.catch(() => {
      if (last === mine) last = undefined;
    });
    return drift;
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

/** Those of a role on instances are actions of its resource. */
function permissionsIn(value: PolicyStep['after']): string[] {
  if (value === undefined || !('permissions' in value)) return [];
  const prefix = 'resource' in value ? `${value.resource}:` : '';
  return value.permissions.map((permission) => `${prefix}${permission}`);
}
