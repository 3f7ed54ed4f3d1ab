import type { CommandGroup } from './command.ts';

export const messages = {
  title: 'Search and commands',
  search: 'Search pages, people, reports, and actions',
  hint: 'Search or jump to…',
  groups: {
    recent: 'Recent',
    pages: 'Pages',
    actions: 'Actions',
    roles: 'Members by role',
    people: 'People',
    reports: 'Access reports',
    collections: 'Collections',
  } satisfies Record<CommandGroup, string>,
  found_one: '{{count, number}} result',
  found_other: '{{count, number}} results',
  first_one: 'The first {{count, number}} result',
  first_other: 'The first {{count, number}} results',
  all: 'All results for “{{text}}”',
  searching: 'Searching…',
  nothing: 'No results for “{{text}}”',
  nothingHow: 'Search covers what you can view in this organization.',
  failed: 'Some results couldn’t be loaded.',
  unchecked: 'Permissions can’t be checked right now, so some results are missing.',
  draft: 'Draft',
  keys: { move: 'Move', open: 'Open', close: 'Close' },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly palette: typeof messages;
  }
}
