import { z } from 'zod';

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
