export const messages = {
  more_one: '{{count, number}} more',
  more_other: '{{count, number}} more',
  approvers_one: 'Approver: {{names}}',
  approvers_other: 'Approvers: {{names}}',
  others: 'others',
  twoApprovals: 'Two of them must approve this role.',
  approversUnknown: 'Approver: an administrator. Names can’t be loaded right now.',
  approversNone: 'No one else in this organization can grant them.',
  ofOne: {
    reports: { owner: 'Owner of one report', editor: 'Editor of one report', reader: 'Reader of one report' },
    collections: {
      owner: 'Owner of one collection',
      editor: 'Editor of one collection',
      reader: 'Reader of one collection',
    },
  },
  sentTitle: 'Your request',
  what: 'Role',
  inOrganization: 'in this organization',
  onThis: {
    reports: {
      owner: 'Owner of this report',
      editor: 'Editor of this report',
      reader: 'Reader of this report',
    },
    collections: {
      owner: 'Owner of this collection',
      editor: 'Editor of this collection',
      reader: 'Reader of this collection',
    },
  },
  passedDown: 'Includes the same role on every report in the collection.',
  adds: 'Grants',
  previewFailed: 'What this role grants can’t be shown right now.',
  why: 'Reason',
  whyHint: 'One sentence is enough. Your approver will see this.',
  whyMissing: 'Enter a reason.',
  who: 'Approver',
  send: 'Send request',
  failed: 'The request wasn’t sent',
  limit: 'You have too many open requests. Withdraw one, or wait for a decision.',
  obstacle: {
    ALREADY_HELD: 'You already have this role',
    ROLE_MANAGED_IN_LOGTO: 'This role is managed in Logto',
    REQUEST_OPEN: 'You already requested this',
    NOT_CLEARED: 'You’re not cleared for confidential reports',
    REQUEST_WITHOUT_EFFECT: 'This role doesn’t include what you need',
  },
  obstacleHow: {
    ALREADY_HELD: 'If you still can’t do something, you need another role.',
    ROLE_MANAGED_IN_LOGTO: 'Ask someone who manages this organization in Logto for the organization role.',
    REQUEST_OPEN: 'No one has reviewed it yet.',
    NOT_CLEARED:
      'This report is confidential, so this role alone doesn’t let you open it. Ask someone who manages users in Logto to clear you.',
    REQUEST_WITHOUT_EFFECT: 'Choose another role, or ask an administrator.',
  },
  showOpen: 'Show request',
  state: {
    open: 'Waiting for review',
    refused: 'Denied',
    withdrawn: 'Withdrawn',
    arriving: 'Approved. You’ll have the role in a moment.',
    active: 'Approved, until {{date}}',
    endsSoon: 'Expires soon: {{date}}',
    forGood: 'Approved, permanent',
    ended: 'Expired on {{date}}',
    failed: 'Approved, but the role couldn’t be assigned',
  },
  openOne: { reports: 'Open the report', collections: 'Open the collection' },
  asked: 'Requested',
  decidedBy: 'Reviewed by',
  note: 'Note',
  notLoaded: 'Your request couldn’t be loaded.',
  withdraw: 'Withdraw request',
  withdrawFailed: 'The request wasn’t withdrawn',
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly requestAccess: typeof messages;
  }
}
