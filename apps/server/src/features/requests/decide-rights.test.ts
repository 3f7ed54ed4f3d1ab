import type { PolicyPermissions } from '@latchkey/permissions';
import type { policy } from '@latchkey/policy';
import { expect, test, vi } from 'vitest';
import { mayDecide, requireDecider } from './decide-rights.ts';
import { concerning, type RequestChange } from './request-change.ts';

type Callers = PolicyPermissions<typeof policy>;

/** Somebody who may do this; `reports:share` and `collections:share` on these. An outage when it is `undefined`. */
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
  return permissions as unknown as Callers; // oxlint-disable-line typescript/no-unsafe-type-assertion -- what is used of it
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
  'who may %j decides about a role, a report, a collection, and the report again: %j',
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

const of = (more: Partial<RequestChange> = {}): RequestChange => ({
  tenant: 'acme',
  subject: 'bob',
  resource: null,
  instance: null,
  ...more,
});
const aboutCollection = { resource: 'collections', instance: 'c1' };

test.each<[string, readonly string[] | undefined, RequestChange, boolean]>([
  ['an own one', [], of({ subject: 'ann' }), true],
  ['an own one of another tenant', [], of({ subject: 'ann', tenant: 'beta' }), false],
  ['one that they may view', ['requests:view'], of(), true],
  ['one of another tenant', ['requests:view', 'requests:decide'], of({ tenant: 'beta' }), false],
  ['one that they may decide', ['requests:decide'], of(), true],
  ['one about their report', ['reports:share r1'], of({ resource: 'reports', instance: 'r1' }), true],
  ['one about another report', ['reports:share r1'], of({ resource: 'reports', instance: 'r2' }), false],
  ['one about their collection', ['collections:share c1'], of(aboutCollection), true],
  ['one about a collection', ['reports:share c1'], of(aboutCollection), false],
  ['another one', [], of(), false],
  // They look themselves, and are told what they may know.
  ['any, in an outage', undefined, of(), true],
])('of %s somebody is told: %j, %j: %s', async (_, may, change, isTold) => {
  const onChange = vi.fn<() => void>();
  const identity = { subject: 'ann', tenant: 'acme', issuedAt: 0, expiresAt: 0 };
  const { onMessage, onGap } = concerning({ identity, permissions: caller(may) }, onChange);
  onMessage(change);
  await new Promise((resolve) => void setImmediate(resolve));
  expect(onChange).toHaveBeenCalledTimes(isTold ? 1 : 0);
  onGap();
  expect(onChange).toHaveBeenCalledTimes(isTold ? 2 : 1);
});
