import { z } from 'zod';

const RequestChange = z.object({
  tenant: z.string(),
  /** The key of the requester or of the grant's holder. */
  subject: z.string(),
  /** The resource and key of the instance; `null` for a tenant role. */
  resource: z.string().nullable(),
  instance: z.string().nullable(),
});
/** The user and target of a changed request or grant. */
export type RequestChange = z.output<typeof RequestChange>;

/** A request or a grant changed. After a gap, any may have. */
export const requestsTopic = { name: 'requests', schema: RequestChange };
