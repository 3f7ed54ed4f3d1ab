/*
 * What the table of faults in docs/guide/trouble.md promises: for each neighbour and each fault, what everyone gets. The test
 * holds the server to it, and the guide to the same words.
 */

/** The neighbours of the server, in the order of the table. */
export const neighbours = [
  'PostgreSQL',
  "Permit's API",
  'the PDP',
  "Logto's JWKS",
  "Logto's token endpoint",
  "Logto's Management API",
] as const;

export type Neighbour = (typeof neighbours)[number];

const everyFault = ['refused', 'reset', 'hanging', 'slow', 'half', 'garbage', 'restarted'] as const;

export type Fault = (typeof everyFault)[number] | 'too slow' | 'out of connections' | 'disk full' | 'limited';

/** The last column, "full", is another fault for PostgreSQL than for a vendor. */
export function faultsOf(neighbour: Neighbour): readonly Fault[] {
  const full =
    neighbour === 'PostgreSQL'
      ? (['too slow', 'out of connections', 'disk full'] as const)
      : ['limited' as const];
  return [...everyFault, ...full];
}

/** What callers get, by the call: the outcomes that may come. `ok`, or the code of the error. */
export interface Expectation {
  /** A gated read of a person whom the server has met before, with nothing cached. */
  readonly read: readonly string[];
  /** A gated write that also writes to Permit. */
  readonly write: readonly string[];
  /** The first call of a person whom nobody has met: provisioned by the way. */
  readonly newcomer: readonly string[];
  /** A signed delivery about a person: `ok` when it is applied, or why it is refused, or why it waits. */
  readonly delivery: readonly string[];
  /** `/readyz`: `200`, or `503` with the component that does not answer. */
  readonly ready: readonly string[];
  /** A token that is signed with a key which Logto has just rotated in. Asked of the key server only. */
  readonly newKey: readonly string[];
}

export type Call = keyof Expectation;

const ok = ['ok'];
const noDirectory = ['DIRECTORY_UNAVAILABLE'];
const noPermissions = ['AUTHORIZATION_UNAVAILABLE'];
const unknownCallers = ['AUTHENTICATION_UNAVAILABLE'];

const allWorks: Expectation = {
  read: ok,
  write: ok,
  newcomer: ok,
  delivery: ok,
  ready: ['200'],
  newKey: ok,
};

const away: Readonly<Record<Neighbour, Expectation>> = {
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

const limited: Partial<Readonly<Record<Neighbour, Expectation>>> = {
  "Permit's API": { ...away["Permit's API"], delivery: ['PERMIT_RATE_LIMITED'] },
  "Logto's token endpoint": { ...away["Logto's token endpoint"], delivery: ['LOGTO_RATE_LIMITED'] },
  "Logto's Management API": { ...away["Logto's Management API"], delivery: ['LOGTO_RATE_LIMITED'] },
};

/** What needs no new room still works. */
const diskFull: Expectation = {
  ...allWorks,
  write: ['ok', 'DATABASE_UNAVAILABLE'],
  newcomer: ['ok', 'DATABASE_UNAVAILABLE'],
  delivery: ['DATABASE_UNAVAILABLE'],
};

/** Who is revoked is known for a second after PostgreSQL has gone: what is asked of it then has another code. */
const restarted: Partial<Readonly<Record<Neighbour, Expectation>>> = {
  PostgreSQL: {
    ...away.PostgreSQL,
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

/** At rest and under load. Slow means 300 ms for each answer, too slow is later than the deadline. */
export function expectationOf(neighbour: Neighbour, fault: Fault): Expectation {
  if (fault === 'limited') return limited[neighbour] ?? away[neighbour];
  if (fault === 'disk full') return diskFull;
  if (fault === 'restarted') return either(allWorks, restarted[neighbour] ?? away[neighbour]);
  return fault === 'slow' ? allWorks : away[neighbour];
}

/** The emulator of Permit's API and of the PDP is one process: in the test, both restart. */
export function expectationWithTwin(neighbour: Neighbour, fault: Fault): Expectation {
  const expected = expectationOf(neighbour, fault);
  if (fault !== 'restarted') return expected;
  if (neighbour === 'the PDP') return either(expected, away["Permit's API"]);
  return neighbour === "Permit's API" ? either(expected, away['the PDP']) : expected;
}
