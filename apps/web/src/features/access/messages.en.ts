export const messages = {
  title: 'Your access',
  purpose: 'What you can do in this organization, and what you can request.',
  failed: 'Your access couldn’t be loaded',
  tryCheck: 'Check access',
  may: 'You can',
  through_one: 'From your role:',
  through_other: 'From your roles:',
  noTenantRole: 'You don’t have a role in this organization.',
  noRole: 'Nothing yet. You don’t have a role in this organization.',
  nothing: 'Nothing yet. Your role doesn’t include any page in this console.',
  onReports: {
    owner_one: 'On the report you own',
    owner_other: 'On the {{count, number}} reports you own',
    editor_one: 'On the report you edit',
    editor_other: 'On the {{count, number}} reports you edit',
    reader_one: 'On the report shared with you',
    reader_other: 'On the {{count, number}} reports shared with you',
  },
  onCollections: {
    owner_one: 'On the collection you own',
    owner_other: 'On the {{count, number}} collections you own',
    editor_one: 'On the collection you edit',
    editor_other: 'On the {{count, number}} collections you edit',
    reader_one: 'On the collection shared with you',
    reader_other: 'On the {{count, number}} collections shared with you',
  },
  ask: 'Available to request',
  notIncluded: 'Not included in your roles.',
  fromLogto: 'Managed in Logto, with an organization role',
  onOne_one: 'A role on a single report or collection',
  onOne_other: '{{count, number}} roles on a single report or collection',
  onItsPage: {
    reports: 'Request it on the report’s page',
    collections: 'Request it on the collection’s page',
  },
  everything: 'Your roles include everything in this console.',
  elsewhere: 'Not for this organization',
  elsewhereWhy: 'This applies to the whole installation, so no role in this organization includes it.',
  tabs: { access: 'Permissions', applications: 'Connected applications' },
  applications: {
    purpose: 'Software that acts for you in {{organization}}, with a part of your access.',
    failed: 'Your connected applications couldn’t be loaded',
    none: 'No connected applications',
    noneHow: 'Add this address to an MCP client, sign in, and choose what it can do for you.',
    waiting:
      '{{application}} wants to act for you in {{organization}}. Its requests are denied until you allow it.',
    blocked: 'An administrator blocked it in {{organization}}, so its requests are denied.',
    unused: 'You gave it consent in Logto, but it hasn’t been used in {{organization}}.',
    allow: 'Allow',
    allowOf: 'Allow {{application}}',
    allowed: '“{{application}}” can now act for you in {{organization}}.',
    allowFailed: '“{{application}}” wasn’t allowed',
    default: 'the default organization',
    here: 'this organization',
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly access: typeof messages;
  }
}
