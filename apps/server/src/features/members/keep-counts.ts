import { LRUCache } from 'lru-cache';
import type { Topic } from '../../bus/topic.ts';
import type { MemberCounts } from './count-members.ts';
import type { MembersChange } from './members-topic.ts';

/** Milliseconds: users become dormant with time, without an event. */
const kept = 60_000;

/** Caches the counts until a member changes: counting 100,000 members takes longer than reading a page of them. */
export function keepCounts(
  count: (tenant: string) => Promise<MemberCounts>,
  changes: Pick<Topic<MembersChange>, 'subscribe'>,
) {
  const counted = new LRUCache<string, Promise<MemberCounts>>({ max: 1_000, ttl: kept });
  const close = changes.subscribe({
    onGap: () => counted.clear(),
    onMessage: ({ tenant }) => (tenant === undefined ? counted.clear() : void counted.delete(tenant)),
  });
  return {
    close,
    of: async (tenant: string): Promise<MemberCounts> => {
      const known = counted.get(tenant);
      if (known !== undefined) return known;
      const counting = count(tenant);
      counted.set(tenant, counting);
      counting.catch(() => counted.delete(tenant));
      return counting;
    },
  };
}
