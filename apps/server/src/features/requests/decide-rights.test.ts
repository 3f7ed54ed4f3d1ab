import type { PolicyPermissions } from '@latchkey/permissions';
import type { policy } from '@latchkey/policy';
import { expect, test } from 'vitest';
import { mayDecide, requireDecider } from './decide-rights.ts';

type Callers = PolicyPermissions<typeof policy>;

/**
 * A caller with these permissions; `reports:share` and `collections:share` on these instances. An outage for
 * `undefined`.
 */
function caller(may: readonly string[] | undefined): Callers {
  const decide = async (permission: string, on?: string) => {
    if (may === undefined) throw new RangeError('an outage');
    return {
      outcome: may.includes(on === undefined ? permission : `${permission} ${on}`) ? 'allow' : 'deny',
    };
  };
  const permissions = {
    check: decide,
    checkMany: (asked: readonly { permission: string; on?: string }[]) =>
      Promise.all(asked.map(({ permission, on }) => decide(permission, on))),
    async require(permission: string, on?: string) {
      if ((await decide(permission, on)).outcome === 'deny') throw new Error(`${permission} ${on}`);
    },
  };
  return permissions as unknown as Callers; // oxlint-disable-line typescript/no-unsafe-type-assertion -- only the used subset
}
const targets = [
  { resource: null, instance: null },
  { resource: 'reports', instance: 'r1' },
  { resource: 'collections', instance: 'c1' },
  { resource: 'reports', instance: 'r1' },
];

test.each([
  [[], [false, false, false, false]],
  [['requests:decide'], [true, true, true, true]],
  [['reports:share'], [false, false, false, false]],
  [
    ['reports:share r1', 'collections:share r1', 'reports:share c1'],
    [false, true, false, true],
  ],
  [
    ['collections:share c1', 'requests:view'],
    [false, false, true, false],
  ],
])(
  'a user with %j can decide requests for a role, a report, a collection, and the report again: %j',
  async (may, expected) => {
    expect(await mayDecide(caller(may), targets)).toEqual(expected);
    for (const [index, target] of targets.entries()) {
      const lacking =
        target.instance === null
          ? 'requests:decide undefined'
          : `${target.resource}:share ${target.instance}`;
      const outcome = requireDecider(caller(may), target).catch(({ message }: Error) => message);
      expect(await outcome).toBe(expected[index] === true ? undefined : lacking); // oxlint-disable-line no-await-in-loop
    }
  },
);
