/** The stub server's state of invitations. */
export interface StubInvitations {
  /** Whether Logto has a connector for email. */
  canSendMail: boolean;
  /** The inputs of `create`. */
  readonly created: {
    readonly emails: readonly string[];
    readonly roleId: string | null;
    readonly days: number;
  }[];
}

export function createStubInvitations(): StubInvitations {
  return { canSendMail: true, created: [] };
}

export function stubInviteOptions({ canSendMail }: StubInvitations, tenant: string) {
  if (tenant === 'default') return { availability: 'no-organization' };
  return {
    availability: 'ready',
    memberRole: 'viewer',
    roles: [
      { id: 'o-admin', name: 'admin', role: 'admin' },
      { id: 'o-guest', name: 'guest', role: null },
    ],
    canSendMail,
    mostEmails: 20,
    lifetimes: { choices: [1, 7, 30], default: 7, max: 90 },
  };
}

/** Of several addresses the first is invited, and the others are members. */
export function stubInvite(invitations: StubInvitations, given: StubInvitations['created'][number]) {
  invitations.created.push(given);
  return given.emails.map((email, index) =>
    index === 0
      ? {
          email,
          outcome: 'invited',
          mail: invitations.canSendMail ? 'sent' : 'no-connector',
          invitation: { id: 'i-1', invitee: email, status: 'pending', link: 'https://console.example/i-1' },
        }
      : { email, outcome: 'refused', code: 'ALREADY_MEMBER' },
  );
}
