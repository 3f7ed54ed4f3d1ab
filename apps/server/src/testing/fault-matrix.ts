import type { NetworkFault } from './fault-proxy.ts';

export type Dependency =
  'PostgreSQL' | "Permit's API" | 'the PDP' | "Logto's JWKS" | "Logto's Management API";

/** What callers get while a dependency has a fault: the codes that may come, `ok` among them. */
export interface Expectation {
  /** A gated read of a person whom the server has met before, with nothing cached. */
  readonly read: readonly string[];
  /** A gated write that also writes to Permit. */
  readonly write: readonly string[];
  /** The first call of a person whom nobody has met: provisioned by the way. */
  readonly newcomer: readonly string[];
  /** A token that is signed with a key which Logto has just rotated in. */
  readonly newKey: readonly string[];
  /** A signed delivery. */
  readonly delivery: readonly string[];
  /** `/readyz`: 200 or 503. */
  readonly ready: readonly string[];
}

const ok = ['ok'];
const database = ['AUTHENTICATION_UNAVAILABLE', 'DATABASE_UNAVAILABLE'];
const everythingWorks: Expectation = {
  read: ok,
  write: ok,
  newcomer: ok,
  newKey: ok,
  delivery: ok,
  ready: ['200'],
};

const whileAway: Readonly<Record<Dependency, Expectation>> = {
  "Permit's API": {
    ...everythingWorks,
    write: ['DIRECTORY_UNAVAILABLE'],
    newcomer: ['DIRECTORY_UNAVAILABLE'],
  },
  'the PDP': {
    read: ['AUTHORIZATION_UNAVAILABLE'],
    write: ['AUTHORIZATION_UNAVAILABLE'],
    newcomer: ['AUTHORIZATION_UNAVAILABLE'],
    newKey: ['AUTHORIZATION_UNAVAILABLE'],
    delivery: ok,
    ready: ['503'],
  },
  "Logto's JWKS": { ...everythingWorks, newKey: ['AUTHENTICATION_UNAVAILABLE'] },
  "Logto's Management API": { ...everythingWorks, newcomer: ['DIRECTORY_UNAVAILABLE'] },
  // Last: deliveries that are lost meanwhile are a gap, after which the other neighbours are asked about everybody.
  PostgreSQL: {
    read: database,
    write: database,
    newcomer: database,
    newKey: database,
    delivery: ['DATABASE_UNAVAILABLE'],
    ready: ['503'],
  },
};

const either = (one: Expectation, other: Expectation): Expectation => ({
  read: [...new Set([...one.read, ...other.read])],
  write: [...new Set([...one.write, ...other.write])],
  newcomer: [...new Set([...one.newcomer, ...other.newcomer])],
  newKey: [...new Set([...one.newKey, ...other.newKey])],
  delivery: [...new Set([...one.delivery, ...other.delivery])],
  ready: [...new Set([...one.ready, ...other.ready])],
});

export const dependencies = Object.keys(whileAway) as readonly Dependency[]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- its own keys

export const networkFaults = ['refused', 'reset', 'hanging', 'slow', 'half', 'garbage'] as const;

/** Slow means 300 ms for each answer: within every deadline, so that nothing fails; but it may, under load. */
export function expectationOf(dependency: Dependency, fault: NetworkFault, isLoaded: boolean): Expectation {
  const away = whileAway[dependency];
  if (fault !== 'slow') return away;
  return isLoaded
    ? either(everythingWorks, away)
    : either(everythingWorks, dependency === 'PostgreSQL' ? away : everythingWorks);
}
