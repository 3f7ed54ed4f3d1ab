import { z } from 'zod';
import { changesOf, type StubProcedures, type StubStreams } from './stub-procedures.ts';

const Invite = z.object({ emails: z.array(z.string()), roleId: z.string().nullable(), days: z.number() });

/** The stub server's state of invitations. */
export interface StubInvitations {
  /** Whether Logto has a connector for email. */
  canSendMail: boolean;
  /** The inputs of `create`. */
  readonly created: z.output<typeof Invite>[];
}

export function createStubInvitations(): StubInvitations {
  return { canSendMail: true, created: [] };
}

/** The procedures of invitations. Of several addresses the first is invited, and the others are members. */
export function stubInvitationProcedures(
  { gated, signedIn }: StubProcedures,
  { invitations, streams }: { readonly invitations: StubInvitations; readonly streams: StubStreams },
) {
  return {
    options: gated.query(({ ctx: { token } }): object =>
      token.includes('@')
        ? {
            availability: 'ready',
            memberRole: 'viewer',
            roles: [
              { id: 'o-admin', name: 'admin', role: 'admin' },
              { id: 'o-guest', name: 'guest', role: null },
            ],
            canSendMail: invitations.canSendMail,
            mostEmails: 20,
            lifetimes: { choices: [1, 7, 30], default: 7, max: 90 },
          }
        : { availability: 'no-organization' },
    ),
    list: gated.query(() => ({
      items: [],
      counts: { pending: 0, accepted: 0, expired: 0, revoked: 0 },
      nextCursor: null,
    })),
    create: gated.input(Invite).mutation(({ input }): object[] => {
      invitations.created.push(input);
      const [invited = '', ...members] = input.emails;
      return [
        {
          email: invited,
          outcome: 'invited',
          mail: invitations.canSendMail ? 'sent' : 'no-connector',
          invitation: { id: 'i-1', invitee: invited, status: 'pending', link: 'https://console.example/i-1' },
        },
        ...members.map((email) => ({ email, outcome: 'refused', code: 'ALREADY_MEMBER' })),
      ];
    }),
    changes: signedIn.subscription(() => changesOf(streams)),
  };
}
