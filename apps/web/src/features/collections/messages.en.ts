export const messages = {
  title: 'Collections',
  purpose: 'Reports that belong together. A role on a collection applies to every report in it.',
  create: 'New collection',
  form: {
    title: 'Title',
    hint: 'What the reports have in common, such as “Audit 2026”.',
    missing: 'Enter a title.',
    submit: 'Create collection',
    cancel: 'Cancel',
    rename: 'Save title',
    failed: 'The collection wasn’t created',
  },
  column: { title: 'Collection', owner: 'Owner', reports: 'Reports', created: 'Created' },
  count_one: '{{count, number}} report',
  count_other: '{{count, number}} reports',
  empty: 'No collections yet',
  emptyHow: 'Group related reports, and share them all at once.',
  emptyReader: 'Collections shared with you appear here.',
  failed: { list: 'The collections couldn’t be loaded', one: 'The collection couldn’t be loaded' },
  missing: 'This collection doesn’t exist',
  by: 'by',
  reports: 'Reports',
  none: 'No reports yet',
  hidden_one: '{{count, number}} report isn’t shown: it’s a draft, or you don’t have access.',
  hidden_other: '{{count, number}} reports aren’t shown: they’re drafts, or you don’t have access.',
  add: {
    label: 'Report to add',
    choose: 'Choose a report',
    submit: 'Add report',
    none: 'There are no other reports you can share.',
  },
  added: '“{{title}}” added',
  take: 'Remove “{{title}}”',
  taken: '“{{title}}” removed',
  undo: 'Undo',
  wrong: {
    add: 'The report wasn’t added',
    take: 'The report wasn’t removed',
    remove: 'The collection wasn’t deleted',
    rename: 'The collection wasn’t renamed',
  },
  rename: 'Rename',
  remove: {
    button: 'Delete collection',
    title: 'Delete “{{title}}”?',
    what: 'People with access through this collection will lose it. The reports in it aren’t deleted.',
    submit: 'Delete collection',
    cancel: 'Cancel',
    done: '“{{title}}” deleted',
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly collections: typeof messages;
  }
}
