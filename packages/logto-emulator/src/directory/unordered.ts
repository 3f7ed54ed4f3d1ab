import { hash } from 'node:crypto';

/**
 * Logto lists organizations, roles and scopes without an ORDER BY: a list keeps its order as long as nothing changes,
 * and a changed record moves to another place, so that paging can miss or repeat it. With a number, the place of a
 * record depends on its content and the number. Without, records keep the given order.
 */
export function createUnordered(salt: number | undefined) {
  return <T>(records: readonly T[]): T[] => {
    if (salt === undefined) return [...records];
    return records
      .map((record) => ({ record, place: hash('sha256', `${salt}/${JSON.stringify(record)}`) }))
      .toSorted((a, b) => (a.place < b.place ? -1 : 1))
      .map(({ record }) => record);
  };
}
