import type { Outputs } from '../api/trpc.ts';
import type { Answers, Organization } from './answers.ts';

type Status = Outputs['invitations']['list']['items'][number]['status'];

const invitationOf = (invitee: string, status: Status = 'pending') => ({
  id: invitee,
  invitee,
  status,
  roles: [],
  invitedBy: null,
  createdAt: '2026-11-24T09:00:00.000Z',
  expiresAt: '2026-12-01T09:00:00.000Z',
  closedAt: null,
  acceptedBy: null,
  link: null,
});

/** The first of several addresses is invited; the others are already members. */
export function invitationAnswers(organization: Organization): Answers['invitations'] {
  return {
    options: (_input, { tenant }) =>
      tenant === 'default'
        ? { availability: 'no-organization' }
        : {
            availability: 'ready',
            memberRole: 'viewer',
            roles: [
              { id: 'o-admin', name: 'admin', role: 'admin' },
              { id: 'o-guest', name: 'guest', role: null },
            ],
            canSendMail: organization.canSendMail,
            maxEmails: 20,
            lifetimes: { choices: [1, 7, 30], default: 7, max: 90 },
          },
    list: ({ status }) => ({
      items: organization.invited.map((invitee) => invitationOf(invitee, status)),
      counts: { pending: 0, accepted: 0, expired: 0, revoked: 0 },
      nextCursor: null,
    }),
    create: ({ emails: [invited = '', ...members] }) => [
      {
        email: invited,
        outcome: 'invited',
        mail: organization.canSendMail ? 'sent' : 'no-connector',
        invitation: { ...invitationOf(invited), link: 'https://console.example/i-1' },
      },
      ...members.map((email) => ({ email, outcome: 'refused', code: 'ALREADY_MEMBER' }) as const),
    ],
    revoke: ({ id }) => {
      organization.invited = organization.invited.filter((one) => one !== id);
    },
  };
}
