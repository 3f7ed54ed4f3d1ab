import type { CommandGroup } from './command.ts';

export const messages = {
  title: 'Search and commands',
  search: 'Search pages, people, reports, and what you can do',
  hint: 'Search or jump to…',
  close: 'Close',
  groups: {
    recent: 'Used last',
    pages: 'Pages',
    actions: 'Do',
    roles: 'Who holds a role',
    people: 'People',
    reports: 'Access reports',
    collections: 'Collections',
  } satisfies Record<CommandGroup, string>,
  found_one: '{{count, number}} result',
  found_other: '{{count, number}} results',
  searching: 'Searching…',
  nothing: 'Nothing is called “{{text}}” here.',
  nothingHow: 'Only what you may see is searched, in this organization.',
  failed: 'People, reports or collections couldn’t be searched.',
  unchecked: 'Permissions can’t be checked right now, so some of it is missing.',
  retry: 'Try again',
  draft: 'Draft',
  keys: { move: 'Move', open: 'Open', close: 'Close' },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly palette: typeof messages;
  }
}
