const member = (subject: string, name: string, kind: 'person' | 'machine') => ({
  subject,
  name,
  email: null,
  kind,
  roles: [{ role: 'viewer', source: { kind: 'default' } }],
  lastSignInAt: null,
  status: 'active',
});

/** The answer of `members.list`: everybody, whatever is searched. */
export const stubMembers = [member('u-nina', 'Nina', 'person'), member('sweeper', 'Sweeper', 'machine')];

export interface StubSession {
  readonly id: string;
  readonly signedInAt: string;
  readonly expiresAt: string;
}

/** The answer of `person.access` about everybody: a viewer who reads one report, and another that the reader may not see. */
export const stubPersonAccess = {
  isFromLogto: true,
  permissions: ['reports:view', 'requests:create'],
  shares: [
    { report: 'r-1', title: 'Q4 review', roles: ['reader'] },
    { report: '00000000-0000-4000-8000-000000abcdef', title: null, roles: ['editor'] },
  ],
  moreShares: 2,
};
