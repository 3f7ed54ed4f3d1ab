import { defaultTenant, tenantKey, userKey, type PermitReads } from '@latchkey/directory-sync';
import { LRUCache } from 'lru-cache';
import type { FindPeople } from '../../directory/people.ts';
import type { Run } from './runs/run-store.ts';

/** Returns the names of tenants by key. Never rejects: tenants that cannot be read are omitted. */
export type FindTenants = (keys: Iterable<string>) => Promise<ReadonlyMap<string, string>>;

const limits = { max: 1_000, ttl: 300_000 };

export function createFindTenants(reads: Pick<PermitReads, 'tenant'>): FindTenants {
  const names = new LRUCache<string, string>({ max: limits.max, ttl: limits.ttl });
  const nameOf = async (key: string): Promise<string | undefined> => {
    const known = names.get(key);
    if (known !== undefined) return known;
    const tenant = await reads.tenant(key).catch(() => undefined);
    if (tenant !== undefined) names.set(key, tenant.name);
    return tenant?.name;
  };
  return async (keys) => {
    const named = await Promise.all([...new Set(keys)].map(async (key) => [key, await nameOf(key)] as const));
    return new Map(named.flatMap(([key, name]) => (name === undefined ? [] : [[key, name]])));
  };
}

/** The known names by subject (`user:<id>`, `organization:<id>`), by user key, and by `tenant:<key>`. */
export type Names = Readonly<Record<string, string>>;

const namedLines = 20;

/** Matches the user's key in a line like `u-1: assign viewer@default`. */
const userLine = /^(.+?): (?!\S+-tenant\b)/s;
/** Matches the tenant's key in a line like `acme: create-tenant`. */
const tenantLine = /^(.+?): \S+-tenant\b/s;

interface Mentions {
  readonly users: (readonly [shown: string, key: string])[];
  readonly tenants: (readonly [shown: string, key: string])[];
}

export interface NameSubjects {
  ofDeliveries<Item extends DeliverySubjects>(
    items: readonly Item[],
  ): Promise<(Item & { readonly names: Names })[]>;
  ofRuns<Item extends Pick<Run, 'report' | 'requestedBy'>>(
    runs: readonly Item[],
  ): Promise<(Item & { readonly names: Names })[]>;
}

interface DeliverySubjects {
  readonly subjects: readonly string[];
  /** Lines like `assign viewer@acme`. */
  readonly changes?: readonly string[];
}

export function createNameSubjects(findPeople: FindPeople, findTenants: FindTenants): NameSubjects {
  const nameAll = async <Item>(
    items: readonly Item[],
    mentionsOf: (item: Item) => Mentions,
  ): Promise<(Item & { readonly names: Names })[]> => {
    const mentions = items.map(mentionsOf);
    const [people, tenants] = await Promise.all([
      findPeople(mentions.flatMap(({ users }) => users.map(([, key]) => key))),
      findTenants(mentions.flatMap((one) => one.tenants.map(([, key]) => key))),
    ]);
    return items.map((item, index) => ({
      ...item,
      names: Object.fromEntries(
        [
          ...(mentions[index]?.users ?? []).map(
            ([shown, key]) => [shown, people.get(key)?.name ?? null] as const,
          ),
          ...(mentions[index]?.tenants ?? []).map(
            ([shown, key]) => [shown, tenants.get(key) ?? null] as const,
          ),
        ].flatMap(([shown, name]) => (name === null ? [] : [[shown, name]])),
      ),
    }));
  };
  return {
    ofDeliveries: (items) =>
      nameAll(items, ({ subjects, changes = [] }) => ({
        users: subjects.flatMap((subject) => {
          const id = /^user:(.+)$/s.exec(subject)?.[1];
          return id === undefined ? [] : [[subject, userKey(id)] as const];
        }),
        tenants: [
          ...subjects.flatMap((subject) => {
            const id = /^organization:(.+)$/s.exec(subject)?.[1];
            return id === undefined ? [] : [[subject, tenantKey(id)] as const];
          }),
          ...tenantsIn(changes),
        ],
      })),
    ofRuns: (runs) =>
      nameAll(runs, ({ report, requestedBy }) => {
        const lines = report?.sample.slice(0, namedLines) ?? [];
        const keys = lines.flatMap((line) => userLine.exec(line)?.[1] ?? []);
        const users = [...keys, ...(requestedBy === null ? [] : [requestedBy])];
        return { users: users.map((key) => [key, key] as const), tenants: tenantsIn(lines) };
      }),
  };
}

/** Omits the tenant `default`, whose name does not come from Permit. */
function tenantsIn(lines: readonly string[]): Mentions['tenants'] {
  const keys = lines.flatMap((line) => [
    ...[...line.matchAll(/\S@([^\s#]+)/g)].flatMap(([, key = '']) => key),
    ...(tenantLine.exec(line)?.slice(1) ?? []),
  ]);
  return [...new Set(keys)]
    .filter((key) => key !== defaultTenant)
    .map((key) => [`tenant:${key}`, key] as const);
}
