export const messages = {
  title: 'Who has access',
  share: 'Share report',
  with: 'Share with',
  person: 'Person',
  choose: 'Choose a person',
  search: 'Name or e-mail',
  nobody: 'Nobody found',
  asRole: 'Role',
  submit: 'Share',
  draft: 'A reader sees it once it’s published.',
  role: { owner: 'Owner', editor: 'Editor', reader: 'Reader' },
  roleHow: {
    reports: {
      owner: 'Publishes, shares and deletes it',
      editor: 'Reads and edits it, also as a draft',
      reader: 'Reads it',
    },
    collections: {
      owner: 'Publishes and shares what’s in it, and deletes the collection',
      editor: 'Adds reports, and reads and edits what’s in it, drafts too',
      reader: 'Reads what’s published in it',
    },
  },
  source: {
    creator: 'created it',
    hand: 'given outside of this console',
    handBy: 'from {{name}}',
    request: 'by request',
    requestUntil: 'by request, until {{date}}',
    collection: 'by the collection “{{title}}”',
    hiddenCollection: 'by a collection',
  },
  somebody: 'somebody',
  more_one: 'and {{count, number}} more person',
  more_other: 'and {{count, number}} more people',
  byRole: 'Everyone with a role in the organization',
  people_one: '{{count, number}} person',
  people_other: '{{count, number}} people',
  canOpen: '{{count, number}} of {{total}}',
  excluded_one: '{{count, number}} person can’t open it: not cleared for confidential reports',
  excluded_other: '{{count, number}} people can’t open it: not cleared for confidential reports',
  excludedUnknown: 'Only those cleared for confidential reports can open it.',
  rolesOf: 'Roles of {{name}} on this',
  change: 'Change what {{name}} may do',
  why: 'Why?',
  whyOf: 'Why {{name}} has access',
  gains_one: 'Gains {{count, number}}: {{permissions}}',
  gains_other: 'Gains {{count, number}}: {{permissions}}',
  loses_one: 'Loses {{count, number}}: {{permissions}}',
  loses_other: 'Loses {{count, number}}: {{permissions}}',
  noEffect: 'Changes nothing that they may do now',
  held: 'They have this role already.',
  previewing: 'Working out what it changes…',
  previewFailed: 'What it changes can’t be shown right now.',
  obstacle: {
    MEMBER_SUSPENDED: 'The account is suspended. You can share with them when it is active again.',
    ROLE_ENDING: 'This role is just ending. Try again in a moment.',
  },
  given: '{{name}} is now {{role}}',
  taken: '{{name}} is no longer {{role}}',
  /** Of a user with a role on it who cannot open it. */
  lacks: {
    NOT_CLEARED: 'Can’t open it: not cleared for confidential reports',
    ACCOUNT_INACTIVE: 'Can’t open it: the account is suspended or deleted',
    NO_PERMISSION: 'Can’t open it: Permit denies it at the moment',
    DRAFT: 'Can open it once it’s published',
  },
  /** Before a role is assigned. */
  lacking: {
    NOT_CLEARED:
      '{{name}} won’t be able to open it: this report is confidential, and they aren’t cleared for confidential reports.',
    DRAFT: '{{name}} can open it once it’s published.',
  },
  /** Afterwards. */
  givenBut: {
    NOT_CLEARED:
      '{{name}} has the role {{role}}, but can’t open this report: they aren’t cleared for confidential reports.',
    DRAFT: '{{name}} is now {{role}}, and can open it once it’s published',
  },
  clearedBy: 'Someone who manages users in Logto can assign the role “{{role}}” to clear them.',
  clearedElsewhere: 'Someone who manages users in Logto can clear them.',
  undo: 'Undo',
  failed: {
    load: 'Who has access couldn’t be loaded.',
    give: 'It wasn’t shared',
    take: 'The role wasn’t taken away',
  },
  retry: 'Try again',
  self: {
    title: 'Take your own role away?',
    why: 'You can’t share this any more, and can’t give the role back to yourself.',
    confirm: 'Take my role away',
    cancel: 'Keep it',
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly sharing: typeof messages;
  }
}
