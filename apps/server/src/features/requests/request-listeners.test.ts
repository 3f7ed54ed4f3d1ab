import { expect, test, vi } from 'vitest';
import type { RequestChange } from './request-change.ts';
import { createRequestListeners, type RequestListenersDeps } from './request-listeners.ts';

/** A PDP in which only Ann has these permissions. An outage for `undefined`. */
function deciderOf(may: readonly string[] | undefined): RequestListenersDeps['decider'] {
  return {
    async authorizedUsers({ tenant, permission, instance }) {
      if (may === undefined) throw new RangeError('an outage');
      const asked = instance === undefined ? permission : `${permission} ${instance}`;
      return tenant === 'acme' && may.includes(asked) ? ['ann'] : [];
    },
  };
}

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
  // Clients read again, and get only what they may see.
  ['any, in an outage', undefined, of(), true],
])('notifies a listener of %s: %j, %j: %s', async (_, may, change, isNotified) => {
  const onChange = vi.fn<() => void>();
  const { onMessage, onGap, listen } = createRequestListeners({ rules: {}, decider: deciderOf(may) });
  listen({ subject: 'ann', tenant: 'acme' }, onChange);
  onMessage(change);
  await new Promise((resolve) => void setImmediate(resolve));
  expect(onChange).toHaveBeenCalledTimes(isNotified ? 1 : 0);
  onGap();
  expect(onChange).toHaveBeenCalledTimes(isNotified ? 2 : 1);
});

test('does not notify stopped listeners, even if the PDP was queried for them before', async () => {
  const onChange = vi.fn<() => void>();
  const { onMessage, onGap, listen } = createRequestListeners({
    rules: {},
    decider: deciderOf(['requests:view']),
  });
  const stop = listen({ subject: 'ann', tenant: 'acme' }, onChange);
  onMessage(of());
  stop();
  await new Promise((resolve) => void setImmediate(resolve));
  onGap();
  expect(onChange).not.toHaveBeenCalled();
});
