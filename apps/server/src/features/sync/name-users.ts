import { userKey } from '@latchkey/directory-sync';
import type { FindPeople } from '../../auth/people.ts';
import type { Run } from './runs/run-store.ts';

/** The names that are known, by subject (`user:<id>`) or by key. */
export type Names = Readonly<Record<string, string>>;

/** Lines of a run's sample whose users are named: no page shows more. */
const namedLines = 20;

/** The key of a user in a line like `u-1: assign viewer@default`. */
const userLine = /^(.+?): (?!\S+-tenant\b)/s;

export interface NameUsers {
  /** To each, the names of the users in its subjects. */
  ofDeliveries<Item extends { readonly subjects: readonly string[] }>(
    items: readonly Item[],
  ): Promise<(Item & { readonly names: Names })[]>;
  /** To each, the names of who asked for it and of the users in its sample. */
  ofRuns<Item extends Pick<Run, 'report' | 'requestedBy'>>(
    runs: readonly Item[],
  ): Promise<(Item & { readonly names: Names })[]>;
}

/** Who a delivery or a run is about, for people. A user whom Permit does not have has no name here. */
export function createNameUsers(findPeople: FindPeople): NameUsers {
  /** `keysOf`: what stands in an item for a user, with the user's key in Permit. */
  const nameAll = async <Item>(
    items: readonly Item[],
    keysOf: (item: Item) => (readonly [string, string])[],
  ): Promise<(Item & { readonly names: Names })[]> => {
    const people = await findPeople(items.flatMap((item) => keysOf(item).map(([, key]) => key)));
    return items.map((item) => ({
      ...item,
      names: Object.fromEntries(
        keysOf(item).flatMap(([shown, key]) => {
          const name = people.get(key)?.name ?? null;
          return name === null ? [] : [[shown, name]];
        }),
      ),
    }));
  };
  return {
    ofDeliveries: (items) =>
      nameAll(items, ({ subjects }) =>
        subjects.flatMap((subject) => {
          const id = /^user:(.+)$/s.exec(subject)?.[1];
          return id === undefined ? [] : [[subject, userKey(id)] as const];
        }),
      ),
    ofRuns: (runs) =>
      nameAll(runs, ({ report, requestedBy }) => {
        const lines = report?.sample.slice(0, namedLines) ?? [];
        const keys = lines.flatMap((line) => userLine.exec(line)?.[1] ?? []);
        return [...keys, ...(requestedBy === null ? [] : [requestedBy])].map((key) => [key, key] as const);
      }),
  };
}
