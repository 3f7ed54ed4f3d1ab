/**
 * The result of every call, by service and fault: the promises of the table of faults in docs/guide/troubleshooting.md.
 * Tests compare both the server and the guide with this file.
 */

/** The external services, in the order of the table. */
export const upstreams = [
  'PostgreSQL',
  "Permit's API",
  'the PDP',
  "Logto's JWKS",
  "Logto's token endpoint",
  "Logto's Management API",
] as const;

export type Upstream = (typeof upstreams)[number];

const everyFault = ['refused', 'reset', 'hanging', 'slow', 'half', 'garbage', 'restarted'] as const;

export type Fault = (typeof everyFault)[number] | 'too slow' | 'out of connections' | 'disk full' | 'limited';

/**
 * The faults to test for a service. In the table's last column, "full" stands for other faults for PostgreSQL than for
 * a vendor.
 */
export function faultsOf(upstream: Upstream): readonly Fault[] {
  const full =
    upstream === 'PostgreSQL'
      ? (['too slow', 'out of connections', 'disk full'] as const)
      : ['limited' as const];
  return [...everyFault, ...full];
}

/** The possible outcomes of each call: `ok`, or the error code. */
export interface Expectation {
  /** A gated read by a known user, without cached decisions. */
  readonly read: readonly string[];
  /** A gated write that also writes to Permit. */
  readonly write: readonly string[];
  /** The first call of an unknown user, who is provisioned. */
  readonly newcomer: readonly string[];
  /** A signed delivery about a user: `ok` when it is applied, or why it is refused or pending. */
  readonly delivery: readonly string[];
  /** `/readyz`: `200`, or `503` with the unavailable component. */
  readonly ready: readonly string[];
  /** A token signed with a key that Logto has just rotated in. Affects only the key server. */
  readonly newKey: readonly string[];
}

export type Call = keyof Expectation;

const ok = ['ok'];
const noDirectory = ['DIRECTORY_UNAVAILABLE'];
const noPermissions = ['AUTHORIZATION_UNAVAILABLE'];
const unknownCallers = ['AUTHENTICATION_UNAVAILABLE'];

const allWorks: Expectation = { read: ok, write: ok, newcomer: ok, delivery: ok, ready: ['200'], newKey: ok };

const unavailable: Readonly<Record<Upstream, Expectation>> = {
  PostgreSQL: {
    read: unknownCallers,
    write: unknownCallers,
    newcomer: unknownCallers,
    delivery: ['DATABASE_UNAVAILABLE'],
    ready: ['503 database'],
    newKey: unknownCallers,
  },
  "Permit's API": {
    ...allWorks,
    write: noDirectory,
    newcomer: noDirectory,
    delivery: ['PERMIT_UNAVAILABLE'],
  },
  'the PDP': {
    read: noPermissions,
    write: noPermissions,
    newcomer: noPermissions,
    delivery: ok,
    ready: ['503 pdp'],
    newKey: noPermissions,
  },
  "Logto's JWKS": { ...allWorks, newKey: unknownCallers },
  "Logto's token endpoint": { ...allWorks, newcomer: noDirectory, delivery: ['LOGTO_UNAVAILABLE'] },
  "Logto's Management API": { ...allWorks, newcomer: noDirectory, delivery: ['LOGTO_UNAVAILABLE'] },
};

const limited: Partial<Readonly<Record<Upstream, Expectation>>> = {
  "Permit's API": { ...unavailable["Permit's API"], delivery: ['PERMIT_RATE_LIMITED'] },
  "Logto's token endpoint": { ...unavailable["Logto's token endpoint"], delivery: ['LOGTO_RATE_LIMITED'] },
  "Logto's Management API": { ...unavailable["Logto's Management API"], delivery: ['LOGTO_RATE_LIMITED'] },
};

/** The outcomes when the disk is full: operations that need no new space still work. */
const diskFull: Expectation = {
  ...allWorks,
  write: ['ok', 'DATABASE_UNAVAILABLE'],
  newcomer: ['ok', 'DATABASE_UNAVAILABLE'],
  delivery: ['DATABASE_UNAVAILABLE'],
};

/**
 * Additional outcomes during a restart: for a second after PostgreSQL has stopped, the server still uses its cached
 * revocations, so calls fail later and with another code.
 */
const restarted: Partial<Readonly<Record<Upstream, Expectation>>> = {
  PostgreSQL: {
    ...unavailable.PostgreSQL,
    read: [...unknownCallers, 'DATABASE_UNAVAILABLE'],
    write: [...unknownCallers, 'DATABASE_UNAVAILABLE'],
    newcomer: [...unknownCallers, 'DATABASE_UNAVAILABLE'],
  },
};

const either = (one: Expectation, other: Expectation): Expectation => {
  const both = (call: Call): readonly string[] => [...new Set([...one[call], ...other[call]])];
  return {
    read: both('read'),
    write: both('write'),
    newcomer: both('newcomer'),
    delivery: both('delivery'),
    ready: both('ready'),
    newKey: both('newKey'),
  };
};

/**
 * The outcomes to expect, at rest and under load. `slow` means 300 ms for each response, `too slow` later than the
 * deadline.
 */
export function expectationOf(upstream: Upstream, fault: Fault): Expectation {
  if (fault === 'limited') return limited[upstream] ?? unavailable[upstream];
  if (fault === 'disk full') return diskFull;
  if (fault === 'restarted') return either(allWorks, restarted[upstream] ?? unavailable[upstream]);
  return fault === 'slow' ? allWorks : unavailable[upstream];
}

/**
 * The outcomes to expect in tests, in which Permit's API and the PDP restart together, because their emulator is one
 * process.
 */
export function expectationWithTwin(upstream: Upstream, fault: Fault): Expectation {
  const expected = expectationOf(upstream, fault);
  if (fault !== 'restarted') return expected;
  if (upstream === 'the PDP') return either(expected, unavailable["Permit's API"]);
  return upstream === "Permit's API" ? either(expected, unavailable['the PDP']) : expected;
}
