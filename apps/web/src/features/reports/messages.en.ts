export const messages = {
  title: 'Access reports',
  purpose: 'Who holds which role in this organization, at one moment, for others to review.',
  create: 'New report',
  filter: 'Filter the reports',
  all: 'All',
  drafts: 'Drafts',
  published: 'Published',
  with: { owner: 'You own', editor: 'You edit', reader: 'Shared with you to read' },
  without: {
    owner: 'You own no report',
    editor: 'You’re an editor of no report',
    reader: 'No report is shared with you to read',
  },
  withoutHow: 'You own the reports that you create.',
  column: { title: 'Report', owner: 'Owner', status: 'Status', created: 'Created' },
  empty: 'No reports yet',
  emptyHow:
    'A report lists who holds which role right now. Create one, check it, then publish it for your team to review.',
  emptyReader: 'When someone publishes a report, you read it here.',
  noDrafts: 'No drafts',
  noDraftsHow: 'A report is a draft until its owner publishes it.',
  noPublished: 'Nothing published yet',
  noPublishedHow: 'Publishing shows a report to everyone who may view reports.',
  showAll: 'Show all reports',
  failed: 'The reports couldn’t be loaded',
  kind: { 'access-review': 'Access review' },
  kindPurpose: { 'access-review': 'Who holds which role in this organization, taken live from Permit.io.' },
  status: { draft: 'Draft', published: 'Published' },
  form: {
    title: 'New report',
    purpose: 'It takes a picture of this organization’s roles as they are now.',
    name: 'Title',
    nameHint: 'What reviewers will look for, such as “Quarterly review, Q4”.',
    nameMissing: 'Give the report a title.',
    nameLong: 'Keep the title under {{max}} characters.',
    kind: 'Kind',
    next: 'It starts as a draft that you own. Nobody is notified until you publish it.',
    submit: 'Create report',
    cancel: 'Cancel',
    failed: 'The report wasn’t created',
  },
  report: {
    by: 'by',
    taken: 'Roles as of',
    publish: 'Publish report',
    published: 'Report published',
    publishFailed: 'The report wasn’t published',
    remove: 'Delete report',
    removed: '“{{title}}” was deleted',
    removeFailed: 'The report wasn’t deleted',
    people_one: '{{count}} person',
    people_other: '{{count}} people',
    everyone: 'Everyone',
    filter: 'Filter by role',
    person: 'Person',
    roles: 'Roles',
    noRoles: 'No role',
    nobody: 'Nobody held a role in this organization at that moment.',
    failed: 'The report couldn’t be loaded',
    missing: 'This report doesn’t exist',
  },
  remove: {
    title: 'Delete “{{title}}”?',
    what_one:
      'The report and its list of {{count}} person’s roles go for good, for everyone who can read it.',
    what_other:
      'The report and its list of {{count}} people’s roles go for good, for everyone who can read it.',
    confirm: 'Type the title to confirm',
    submit: 'Delete report',
    cancel: 'Keep report',
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly reports: typeof messages;
  }
}
