export interface StubSession {
  readonly id: string;
  readonly signedInAt: string;
  readonly expiresAt: string;
}

/** The answer of `person.access` about everybody: a viewer who reads one report, and another that the reader may not see. */
export const stubPersonAccess = {
  isFromLogto: true,
  logtoUrl: 'https://logto.example/console/users/u-nina',
  permissions: ['reports:view', 'requests:create'],
  shares: [
    { report: 'r-1', title: 'Q4 review', roles: ['reader'] },
    { report: '00000000-0000-4000-8000-000000abcdef', title: null, roles: ['editor'] },
  ],
  moreShares: 2,
};
