import { z } from 'zod';

const MembersChange = z.object({
  /** Absent: in any tenant. */
  tenant: z.string().optional(),
});
/** Members of a tenant or their roles changed. After a gap, any may have. */
export type MembersChange = z.output<typeof MembersChange>;

export const membersTopic = { name: 'members', schema: MembersChange };
