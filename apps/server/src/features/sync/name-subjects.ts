import {
  defaultTenant,
  subjectNamed,
  tenantKey,
  userKey,
  type LogtoManagement,
  type PermitReads,
} from '@latchkey/directory-sync';
import { LRUCache } from 'lru-cache';
import type { FindPeople } from '../../directory/people.ts';
import { createTurns } from '../../platform/turns.ts';
import { within } from '../../platform/within.ts';
import type { Run } from './runs/run-store.ts';

/** Returns the names by key. Never rejects: names that cannot be read in time are omitted. */
export type FindNames = (keys: Iterable<string>) => Promise<ReadonlyMap<string, string>>;

const limits = { max: 1_000, ttl: 300_000 };
const concurrency = 10;
/** Milliseconds. Names that arrive later are cached for the next page. */
const patience = 2_000;

function createFindNames(read: (key: string) => Promise<string | undefined>): FindNames {
  const names = new LRUCache<string, Promise<string | undefined>>(limits);
  const inTurn = createTurns(concurrency);
  const nameOf = (key: string): Promise<string | undefined> => {
    const known = names.get(key);
    if (known !== undefined) return known;
    const name = inTurn(() => read(key)).catch(() => undefined);
    names.set(key, name);
    void name.then((found) => found ?? names.delete(key));
    return name;
  };
  return async (keys) => {
    const found = new Map<string, string>();
    const reads = [...new Set(keys)].map(async (key) => {
      const name = await nameOf(key);
      if (name !== undefined) found.set(key, name);
    });
    await within(patience, Promise.all(reads), () => {});
    return new Map(found);
  };
}

export const createFindTenants = (reads: Pick<PermitReads, 'tenant'>): FindNames =>
  createFindNames(async (key) => (await reads.tenant(key))?.name);

/** Names subjects that Permit does not have yet, or while it is unavailable. Without Logto, it knows no name. */
export const createFindInLogto = (
  logto: Pick<LogtoManagement, 'user' | 'organization'> | undefined,
): FindNames =>
  createFindNames(async (subject) => {
    const named = subjectNamed(subject);
    if (named.kind === 'organization') return (await logto?.organization(named.id))?.name;
    const user = named.kind === 'user' ? await logto?.user(named.id) : undefined;
    return user?.name ?? user?.username ?? user?.primaryEmail ?? undefined;
  });

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

export interface NameSubjectsDeps {
  readonly findPeople: FindPeople;
  readonly findTenants: FindNames;
  /** By subject, such as `user:dy6ffbz3ca5d`. */
  readonly findInLogto: FindNames;
}

export function createNameSubjects({ findPeople, findTenants, findInLogto }: NameSubjectsDeps): NameSubjects {
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
    async ofDeliveries(items) {
      const named = await nameAll(items, ({ subjects, changes = [] }) => ({
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
      }));
      const unnamed = named.flatMap(({ subjects, names }) =>
        subjects.filter((one) => names[one] === undefined),
      );
      const inLogto = await findInLogto(unnamed);
      return named.map((item) => {
        const more = item.subjects.flatMap((subject) => {
          const name = inLogto.get(subject);
          return name === undefined ? [] : [[subject, name]];
        });
        return { ...item, names: { ...Object.fromEntries(more), ...item.names } };
      });
    },
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
