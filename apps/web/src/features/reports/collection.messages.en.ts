export const messages = {
  title: 'Collections',
  purpose: 'A role on a collection applies to every report in it.',
  create: 'New collection',
  form: {
    title: 'Title',
    hint: 'What the reports have in common, such as “Audit 2026”.',
    missing: 'Enter a title.',
    submit: 'Create collection',
    failed: 'The collection wasn’t created',
  },
  all_one: 'Show all {{count, number}} collections',
  all_other: 'Show all {{count, number}} collections',
  cut_one: 'Only the first {{count, number}} is shown. Search to find others.',
  cut_other: 'Only the first {{count, number}} are shown. Search to find others.',
  count_one: '{{count, number}} report',
  count_other: '{{count, number}} reports',
  failed: { list: 'The collections couldn’t be loaded', one: 'The collection couldn’t be loaded' },
  missing: 'This collection doesn’t exist',
  none: 'No reports yet',
  noneHow: 'Add related reports, and share them all at once.',
  noneReader: 'Published reports in this collection appear here.',
  hidden_one: '{{count, number}} report isn’t shown: it’s a draft, or you don’t have access.',
  hidden_other: '{{count, number}} reports aren’t shown: they’re drafts, or you don’t have access.',
  add: {
    open: 'Add report',
    label: 'Report to add',
    none: 'No other report that you can share matches.',
  },
  added: '“{{title}}” added',
  removeReport: {
    button: 'Remove',
    label: 'Remove “{{title}}”',
    done: '“{{title}}” removed',
  },
  wrong: {
    add: 'The report wasn’t added',
    removeReport: 'The report wasn’t removed',
    remove: 'The collection wasn’t deleted',
  },
  remove: {
    button: 'Delete collection',
    title: 'Delete “{{title}}”?',
    what: 'People with access through this collection will lose it. The reports in it aren’t deleted.',
    submit: 'Delete collection',
    done: '“{{title}}” deleted',
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly collections: typeof messages;
  }
}
