import { z } from 'zod';
import { ById, changesOf, type StubProcedures, type StubStreams } from './stub-procedures.ts';

const Invite = z.object({
  emails: z.array(z.string()),
  roleId: z.string().nullable(),
  days: z.number().optional(),
});

/** The stub server's state of invitations. */
export interface StubInvitations {
  /** The addresses in the list, which are also their ids. */
  listed: string[];
  /** The status of the listed ones. */
  status: 'pending' | 'expired';
  /** Whether Logto has a connector for email. */
  canSendMail: boolean;
  /** The inputs of `create`. */
  readonly created: z.output<typeof Invite>[];
}

export function createStubInvitations(): StubInvitations {
  return { listed: [], status: 'pending', canSendMail: true, created: [] };
}

const invitation = {
  roles: [],
  invitedBy: null,
  createdAt: '2026-11-24T09:00:00.000Z',
  expiresAt: '2026-12-01T09:00:00.000Z',
  closedAt: null,
};

/** The procedures of invitations. The first of several addresses is invited; the others are already members. */
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
            maxEmails: 20,
            lifetimes: { choices: [1, 7, 30], default: 7, max: 90 },
          }
        : { availability: 'no-organization' },
    ),
    list: gated.query((): object => ({
      items: invitations.listed.map((invitee) => ({
        ...invitation,
        id: invitee,
        invitee,
        status: invitations.status,
      })),
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
    revoke: gated.input(ById).mutation(({ input: { id } }) => {
      invitations.listed = invitations.listed.filter((one) => one !== id);
    }),
    changes: signedIn.subscription(() => changesOf(streams)),
  };
}
