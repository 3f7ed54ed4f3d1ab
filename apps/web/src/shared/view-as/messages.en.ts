export const messages = {
  bar: 'View as somebody else',
  person: 'You see the console as {{name}}.',
  role: 'You see the console as the role “{{role}}”.',
  asSomebody: 'As {{name}}',
  asTheRole: 'As the role “{{role}}”',
  readOnly: 'Nothing can be changed.',
  onlyRole: 'Nobody’s own reports or requests are here, and nothing can be changed.',
  left: 'Ends in {{time}}',
  minutes_one: 'The view ends in {{count, number}} minute.',
  minutes_other: 'The view ends in {{count, number}} minutes.',
  end: 'End view',
  ended: 'The view is over. This is your own console again.',
  actingBar: 'Acting for somebody else',
  acting: 'Acting as {{name}} by {{by}}.',
  actingLimits: 'Roles can’t be given or taken.',
  asPerson: 'View as this person',
  asRole: 'View as this role',
  told: 'They’re told that you looked.',
  failed: 'The view wasn’t started',
  code: {
    VIEW_AS_MORE_RIGHTS: 'It wasn’t started: they may do what you may not.',
    MEMBER_SUSPENDED: 'It wasn’t started: the account is suspended.',
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly viewAs: typeof messages;
  }
}
