export const messages = {
  machine: 'A machine: it holds roles like a person, and never signs in',
  human: 'Person',
  failed: 'This person couldn’t be loaded',
  missing: 'Nobody in this organization has this id',
  missingHow: 'They may have left, or the link is incomplete.',
  about: 'About',
  from: 'From',
  fromLogto: 'Logto',
  openInLogto: 'Open in Logto',
  fromPermit: 'Permit',
  fromApplication: 'An application in Logto',
  status: 'Standing',
  statuses: {
    active: 'Active',
    suspended: 'Suspended in Logto: every call is refused',
    dormant: 'Dormant: no sign-in for 90 days',
  },
  lastSignIn: 'Last sign-in',
  never: 'Not known',
  id: 'Id',
  roles: 'Roles here',
  noRole: 'None',
  changeRoles: 'Change roles',
  parts: 'On this page',
  may: 'May',
  mayNothing: 'Nothing in the organization as a whole.',
  why: 'Why?',
  whyOf: 'Why: {{what}}',
  shares: 'Shared reports',
  sharesNone: 'No role on a single report.',
  sharesMore_one: 'And {{count, number}} more report.',
  sharesMore_other: 'And {{count, number}} more reports.',
  hiddenReport: 'A report you may not see',
  requests: 'Requests',
  requestsNone: 'No requests that you may see.',
  asksForRole: '{{role}} in this organization',
  asksOnReport: '{{role}} of a report',
  requestStatus: { open: 'Open', approved: 'Approved', refused: 'Refused', withdrawn: 'Withdrawn' },
  sessions: 'Sessions',
  sessionsNone: 'Not signed in anywhere.',
  sessionsUnknown:
    'Logto doesn’t tell here. It does in the default organization, from version 1.42 on, and for people only.',
  session: 'Signed in',
  sessionEnds: 'ends',
  check: 'Why can or can’t',
  give: {
    title: 'Give {{role}} to {{name}}?',
    confirm: 'Give role',
    cancel: 'Not now',
  },
  partFailed: 'This part couldn’t be loaded.',
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly onePerson: typeof messages;
  }
}
