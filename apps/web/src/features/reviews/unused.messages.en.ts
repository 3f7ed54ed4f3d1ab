export const messages = {
  title: 'Unused access',
  purpose: 'Roles and connected applications that haven’t been used, and permissions that no one has used.',
  tabs: { label: 'Access reviews', reviews: 'Reviews', unused: 'Unused access' },
  days: 'Not used for',
  daysChoice_one: '{{count, number}} day',
  daysChoice_other: '{{count, number}} days',
  failed: 'Unused access couldn’t be loaded',
  unknown: 'The audit log doesn’t go back that far',
  unknownHow:
    'To tell whether access was used, the audit log has to cover the whole period. Choose a shorter one.',
  byUser: 'By user',
  byRole: 'By role',
  none: 'No unused roles',
  noneHow: 'Everyone has used the roles they’ve had for this long.',
  searched: 'No unused roles so far. There are more members to check.',
  column: {
    user: 'User',
    role: 'Role',
    effect: 'If it is removed',
    action: 'Suggestion',
    unused: 'Used by no one',
  },
  loses: 'Loses: {{permissions}}',
  andMore: '{{count, number}} more',
  losesNothing: 'Loses nothing',
  keeps: 'Keeps through other roles: {{permissions}}',
  onInstances_one: 'Some stay on {{count, number}} report or collection',
  onInstances_other: 'Some stay on {{count, number}} reports and collections',
  since: 'Since',
  remove: 'Review and remove',
  inLogto: 'From Logto: remove it there',
  isDefault: 'Default role: every new user gets it',
  holders_one: '{{count, number}} user',
  holders_other: '{{count, number}} users',
  allUsed: 'Every permission was used',
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly unused: typeof messages;
  }
}
