export interface StubSession {
  readonly id: string;
  readonly signedInAt: string;
  readonly expiresAt: string;
}

/** The response of `person.access` for any user: a viewer who reads one report, and another that the caller cannot view. */
export const stubPersonAccess = {
  isFromLogto: true,
  logtoUrl: 'https://logto.example/console/users/u-nina',
  permissions: ['reports:view', 'requests:create', 'policy:view'],
  shares: [
    {
      report: 'r-1',
      title: 'Q4 review',
      roles: [
        {
          role: 'reader',
          source: { kind: 'request' as const, requestId: 'q-1', endsAt: '2026-12-03T09:00:00.000Z' },
        },
      ],
    },
    {
      report: '00000000-0000-4000-8000-000000abcdef',
      title: null,
      roles: [
        { role: 'editor', source: null },
        {
          role: 'reader',
          source: {
            kind: 'hand' as const,
            by: { key: 'u-admin', name: 'Amelia Hart' },
            at: '2026-11-25T09:00:00.000Z',
          },
        },
      ],
    },
  ],
  moreShares: 2,
};
