export const messages = {
  title: 'Collections',
  purpose: 'Reports that belong together. A role on a collection is the same role on every report in it.',
  create: 'New collection',
  form: {
    title: 'Title',
    hint: 'What the reports have in common, such as “Audit 2026”.',
    missing: 'Give the collection a title.',
    submit: 'Create collection',
    cancel: 'Cancel',
    rename: 'Save title',
    failed: 'The collection wasn’t created',
  },
  column: { title: 'Collection', owner: 'Owner', reports: 'Reports', created: 'Created' },
  count_one: '{{count, number}} report',
  count_other: '{{count, number}} reports',
  empty: 'No collections yet',
  emptyHow: 'Put reports that belong together into a collection, and share them with people at once.',
  emptyReader: 'When someone shares a collection with you, it’s listed here.',
  failed: { list: 'The collections couldn’t be loaded', one: 'The collection couldn’t be loaded' },
  missing: 'This collection doesn’t exist',
  by: 'by',
  reports: 'Reports in it',
  none: 'No reports in it yet',
  hidden_one: '{{count, number}} report is for others: a draft, or one that you may not read.',
  hidden_other: '{{count, number}} reports are for others: drafts, or ones that you may not read.',
  add: {
    label: 'Report to add',
    choose: 'Choose a report',
    submit: 'Add report',
    none: 'There’s no other report that you may share.',
  },
  added: '“{{title}}” was added',
  take: 'Take “{{title}}” out',
  taken: '“{{title}}” was taken out',
  undo: 'Undo',
  wrong: {
    add: 'The report wasn’t added',
    take: 'The report wasn’t taken out',
    remove: 'The collection wasn’t deleted',
    rename: 'The collection wasn’t renamed',
  },
  share: 'Share collection',
  rename: 'Rename',
  remove: {
    button: 'Delete collection',
    title: 'Delete “{{title}}”?',
    what: 'Whoever has access by it loses that access. The reports in it stay.',
    submit: 'Delete collection',
    cancel: 'Keep collection',
    done: '“{{title}}” was deleted',
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly collections: typeof messages;
  }
}
