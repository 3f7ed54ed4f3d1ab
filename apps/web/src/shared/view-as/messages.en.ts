export const messages = {
  bar: 'Viewing as someone else',
  person: 'Viewing as {{name}} (read-only).',
  role: 'Viewing as the role “{{role}}” (read-only).',
  asSomebody: 'As {{name}}',
  asTheRole: 'As the role “{{role}}”',
  readOnly: 'Nothing can be changed.',
  onlyRole: 'Reports and requests of individual people aren’t shown, and nothing can be changed.',
  left: 'Ends in {{time}}',
  minutes_one: 'The view ends in {{count, number}} minute.',
  minutes_other: 'The view ends in {{count, number}} minutes.',
  end: 'Stop viewing',
  ended: 'You stopped viewing as someone else.',
  actingBar: 'Acting for someone else',
  acting: 'Acting for {{name}}: {{by}}.',
  actingLimits: 'Roles can’t be assigned or removed.',
  asPerson: 'View as this person',
  asRole: 'View as this role',
  told: 'They’ll be notified.',
  failed: 'The view wasn’t started',
  code: {
    VIEW_AS_MORE_RIGHTS: 'They have permissions you don’t have.',
    MEMBER_SUSPENDED: 'The account is suspended.',
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly viewAs: typeof messages;
  }
}
