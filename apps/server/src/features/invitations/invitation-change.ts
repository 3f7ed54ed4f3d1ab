import { z } from 'zod';

const InvitationChange = z.object({ tenant: z.string() });
/** The tenant in which an invitation was created, sent, accepted or revoked. */
export type InvitationChange = z.output<typeof InvitationChange>;

/** After a gap, an invitation of any tenant may have changed. */
export const invitationsTopic = { name: 'invitations', schema: InvitationChange };
