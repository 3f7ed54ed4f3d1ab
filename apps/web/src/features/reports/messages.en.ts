export const messages = {
  title: 'Access reports',
  purpose: 'Snapshots of access in this organization, for others to review.',
  create: 'New report',
  filter: 'Filter reports',
  all: 'All',
  statuses: { draft: 'Drafts', published: 'Published' },
  search: 'Search reports',
  searchHint: 'Report title',
  sort: 'Sort reports',
  sorts: {
    newest: 'Newest first',
    oldest: 'Oldest first',
    title: 'Title, A to Z',
    'title-desc': 'Title, Z to A',
  },
  more: 'More actions',
  rename: {
    open: 'Rename',
    submit: 'Save title',
    failed: { reports: 'The report wasn’t renamed', collections: 'The collection wasn’t renamed' },
  },
  with: { owner: 'You own', editor: 'You edit', reader: 'Shared with you' },
  without: {
    owner: 'You don’t own any reports',
    editor: 'You don’t edit any reports',
    reader: 'No reports are shared with you',
  },
  withoutHow: 'You own the reports you create.',
  noOwner: 'No owner',
  ownerUnknown: 'Owner unknown',
  allOwned: 'Every report has an owner',
  allOwnedHow: 'Reports whose last owner was deleted appear here.',
  column: { title: 'Report', owner: 'Owner', status: 'Status', created: 'Created' },
  empty: 'No reports yet',
  emptyHow:
    'A report captures access as it is right now, such as who has which role. Create one, check it, then publish it for your team to review.',
  emptyReader: 'Published reports appear here.',
  noDrafts: 'No drafts',
  noDraftsHow: 'A report is a draft until its owner publishes it.',
  noPublished: 'No published reports yet',
  noPublishedHow:
    'Published reports are visible to people who can view reports. Confidential ones also require clearance.',
  noMatch: 'No matching reports',
  noMatchHow: 'No report you can view matches. Try fewer filters or a different search.',
  showAll: 'Show all reports',
  failed: 'The reports couldn’t be loaded',
  removed: '“{{title}}” deleted',
  restored: '“{{title}}” restored',
  restoreFailed: 'The report wasn’t restored',
  undoExpired: 'It’s too late to restore this report.',
  undoOf: 'Undo deleting “{{title}}”',
  status: { draft: 'Draft', published: 'Published' },
  classification: { confidential: 'Confidential' },
  confidentialHidden:
    'Confidential reports aren’t shown: the current PDP checks roles only, so it can’t tell who is cleared for them.',
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly reports: typeof messages;
  }
}
