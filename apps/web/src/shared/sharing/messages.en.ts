export const messages = {
  title: 'Who has access',
  share: { reports: 'Share report', collections: 'Share collection' },
  chooseOwner: 'Choose an owner',
  with: 'Share with',
  person: 'Person',
  choose: 'Choose a person',
  search: 'Name or email',
  nobody: 'No matching people',
  asRole: 'Role',
  submit: 'Share',
  chooseFirst: 'Choose a person to share with',
  draft: 'Readers can view it once it’s published.',
  roleHow: {
    reports: {
      owner: 'Can publish, share, and delete',
      editor: 'Can view and edit, including drafts',
      reader: 'Can view',
    },
    collections: {
      owner: 'Can publish and share its reports, and delete the collection',
      editor: 'Can add reports, and view and edit its reports, including drafts',
      reader: 'Can view its published reports',
    },
  },
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
  change: 'Change {{name}}’s role',
  whyOf: 'Why {{name}} has access',
  noEffect: 'Doesn’t change what they can do',
  held: 'They already have this role.',
  obstacle: {
    MEMBER_SUSPENDED: 'The account is suspended. You can share with them once it’s active again.',
    ROLE_ENDING: 'This role is expiring. Try again in a moment.',
    LAST_OWNER: 'The last owner. Choose a new owner to remove this role.',
  },
  /** About a user who has a role on the report or collection but cannot open it. */
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
  /** After a role is assigned. */
  givenBut: {
    NOT_CLEARED:
      '{{name}} has the role {{role}}, but can’t open this report: they aren’t cleared for confidential reports.',
    DRAFT: '{{name}} is now {{role}}, and can open it once it’s published',
  },
  clearedBy: 'Someone who manages users in Logto can assign the role “{{role}}” to clear them.',
  clearedElsewhere: 'Someone who manages users in Logto can clear them.',
  failed: {
    load: 'The list of people with access couldn’t be loaded.',
    assign: 'Sharing failed',
    revoke: 'The role wasn’t removed',
  },
  newOwner: {
    label: 'New owner',
    how: 'For reports and collections that would have no owner.',
    listed: 'These would have no owner: {{titles}}',
    me: 'Me',
    required: 'Choose a new owner first.',
    why: '{{name}} is the last owner. Choose who becomes an owner instead.',
    confirm: 'Change owner',
    invalid: 'The new owner must be an active member, and cleared if this is confidential.',
  },
  /** Before users remove their own role. */
  self: 'You’ll no longer be able to share this, and you can’t assign the role to yourself again.',
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly sharing: typeof messages;
  }
}
