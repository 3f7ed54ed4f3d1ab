import { z } from 'zod';
import type { Subscriber } from '../../bus/topic.ts';
import type { SignedIn } from '../../trpc/context.ts';
import { mayDecide } from './decide-rights.ts';

const RequestChange = z.object({
  tenant: z.string(),
  /** The key of the requester, or of the holder of the grant. */
  subject: z.string(),
  /** The resource and the key of the instance that it is about; `null` for a role in the tenant. */
  resource: z.string().nullable(),
  instance: z.string().nullable(),
});
/** Whom a change of a request or of a grant concerns. */
export type RequestChange = z.output<typeof RequestChange>;

/** A request or a grant changed. After a gap, any may have. */
export const requestsTopic = { name: 'requests', schema: RequestChange };

/** Calls back for the changes of which the caller may know. */
export function concerning(
  { identity, permissions }: SignedIn,
  onChange: () => void,
): Subscriber<RequestChange> {
  const mayKnow = async ({ resource, instance }: RequestChange): Promise<boolean> => {
    if ((await permissions.check('requests:view')).outcome === 'allow') return true;
    const [may] = await mayDecide(permissions, [{ resource, instance }]);
    return may === true;
  };
  return {
    onGap: onChange,
    onMessage(change) {
      if (change.tenant !== identity.tenant) return;
      if (change.subject === identity.subject) return onChange();
      // In an outage they look themselves, and are told what they may know.
      mayKnow(change).then((may) => may && onChange(), onChange);
    },
  };
}
