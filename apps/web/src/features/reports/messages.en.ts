export const messages = {
  title: 'Access reports',
  purpose: 'What was true in this organization at one moment, kept for others to review.',
  create: 'New report',
  filter: 'Filter the reports',
  all: 'All',
  statuses: { draft: 'Drafts', published: 'Published' },
  search: 'Search the reports',
  searchHint: 'Title of a report',
  clearSearch: 'Clear the search',
  collection: 'Collection',
  anyCollection: 'Any collection',
  collectionUnknown: 'A collection you can’t see',
  sort: 'Sort the reports',
  sorts: {
    newest: 'Newest first',
    oldest: 'Oldest first',
    title: 'Title, A to Z',
    'title-desc': 'Title, Z to A',
  },
  found_one: '{{count, number}} report',
  found_other: '{{count, number}} reports',
  with: { owner: 'You own', editor: 'You edit', reader: 'Shared with you' },
  without: {
    owner: 'You own no report',
    editor: 'You’re an editor of no report',
    reader: 'No report is shared with you to read',
  },
  withoutHow: 'You own the reports that you create.',
  column: { title: 'Report', owner: 'Owner', status: 'Status', created: 'Created' },
  empty: 'No reports yet',
  emptyHow:
    'A report keeps what is true right now, such as who holds which role. Create one, check it, then publish it for your team to review.',
  emptyReader: 'When someone publishes a report, you read it here.',
  noDrafts: 'No drafts',
  noDraftsHow: 'A report is a draft until its owner publishes it.',
  noPublished: 'Nothing published yet',
  noPublishedHow: 'Publishing shows a report to everyone who may view reports.',
  noMatch: 'No report matches',
  noMatchHow: 'No report that you may read has all of these. Try fewer filters, or other words.',
  showAll: 'Show all reports',
  failed: 'The reports couldn’t be loaded',
  kind: {
    'access-review': 'Access review',
    machines: 'Machines',
    dormant: 'Dormant people',
    denials: 'Denials',
    changes: 'Changes',
  },
  removed: '“{{title}}” was deleted',
  undo: 'Undo',
  restored: '“{{title}}” is back',
  restoreFailed: 'The report is still deleted',
  undoExpired: 'It’s too late to take the report back.',
  undoOf: 'Undo the deletion of “{{title}}”',
  status: { draft: 'Draft', published: 'Published' },
  classification: { confidential: 'Confidential' },
  confidentialHidden:
    'Confidential reports aren’t shown here: the PDP in use decides by roles alone, and can’t tell who is cleared for them.',
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly reports: typeof messages;
  }
}
