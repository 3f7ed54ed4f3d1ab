export const messages = {
  machine: 'A machine identity: it has roles like a person, but never signs in',
  human: 'Person',
  failed: 'This person couldn’t be loaded',
  missing: 'No one in this organization has this ID',
  missingHow: 'They left, or the link is incomplete.',
  about: 'About',
  from: 'Source',
  fromLogto: 'Logto',
  openInLogto: 'Open in Logto',
  fromPermit: 'Permit',
  fromApplication: 'An application in Logto',
  status: 'Status',
  statuses: {
    active: 'Active',
    suspended: 'Suspended in Logto: all requests are denied',
    dormant: 'Inactive: no sign-in for 90 days',
  },
  lastSignIn: 'Last sign-in',
  never: 'Unknown',
  id: 'ID',
  roles: 'Roles',
  noRole: 'None',
  changeRoles: 'Change roles',
  parts: 'On this page',
  may: 'Can',
  mayNothing: 'Nothing across the organization.',
  why: 'Why?',
  whyOf: 'Why: {{what}}',
  shares: 'Shared reports',
  sharesNone: 'No roles on individual reports.',
  sharesMore_one: 'And {{count, number}} more report.',
  sharesMore_other: 'And {{count, number}} more reports.',
  hiddenReport: 'A report you can’t view',
  requests: 'Requests',
  requestsNone: 'No requests that you can view.',
  asksForRole: '{{role}} in this organization',
  asksOnReport: '{{role}} of a report',
  requestStatus: { open: 'Open', approved: 'Approved', refused: 'Denied', withdrawn: 'Withdrawn' },
  sessions: 'Sessions',
  sessionsNone: 'No active sessions.',
  sessionsUnknown:
    'Sessions are only available for people, in the default organization, with Logto 1.42 or later.',
  session: 'Signed in',
  sessionEnds: 'expires',
  check: 'Check access',
  give: {
    title: 'Assign {{role}} to {{name}}?',
    confirm: 'Assign role',
    cancel: 'Cancel',
  },
  partFailed: 'This section couldn’t be loaded.',
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly onePerson: typeof messages;
  }
}
