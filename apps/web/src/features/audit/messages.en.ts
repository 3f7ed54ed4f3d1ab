export const messages = {
  title: 'Audit',
  purpose: 'Every permission check, and every change to who can do what in this organization.',
  filter: {
    dates: 'Date range',
    firstDay: 'First day',
    lastDay: 'Last day',
    person: 'Person',
    searchPerson: 'Name or email',
    noPerson: 'No results',
    period: 'Period',
    show: 'Kind of event',
    action: 'Permission',
    on: 'Resource',
    time: 'From {{from}} to {{to}}',
    remove: 'Remove this filter',
  },
  period: { hour: 'Last hour', day: 'Last day', week: 'Last 7 days', month: 'Last 30 days' },
  show: {
    all: 'All',
    allowed: 'Allowed',
    denied: 'Denied',
    unavailable: 'Unavailable',
    changes: 'Changes',
  },
  chart: {
    title: 'Events over time',
    summary_one: '{{count, number}} event, {{denied, number}} denied',
    summary_other: '{{count, number}} events, {{denied, number}} denied',
    pick: 'Select a bar, or drag across several, to filter by time. With the keyboard, use Shift and the arrow keys.',
    range_one:
      '{{from}} to {{to}}: {{count, number}} event, {{denied, number}} denied. Press Enter to apply, Escape to cancel.',
    range_other:
      '{{from}} to {{to}}: {{count, number}} events, {{denied, number}} denied. Press Enter to apply, Escape to cancel.',
    when: 'Time',
    events: 'Events',
    denied: 'Denied',
    bar_one: '{{time}}: {{count, number}} event, {{denied, number}} denied',
    bar_other: '{{time}}: {{count, number}} events, {{denied, number}} denied',
    none: 'No events in this period',
  },
  views: {
    title: 'Saved views',
    none: 'No saved views yet',
    choose: 'Saved view',
    save: 'Save this view',
    rename: 'Rename view',
    remove: 'Delete view',
    form: 'Name the view',
    name: 'Name',
    submit: 'Save',
    renamed: 'View renamed to “{{name}}”.',
    removed: 'View “{{name}}” deleted.',
    problem: {
      missing: 'Enter a name.',
      VIEW_NAME_TAKEN: 'You already have a view with this name.',
      VIEW_LIMIT: 'You have 50 views. Delete one first.',
    },
    failed: {
      list: 'Saved views couldn’t be loaded',
      save: 'The view wasn’t saved',
      remove: 'The view wasn’t deleted',
      undo: 'This couldn’t be undone',
    },
  },
  empty: {
    title: 'No matching events',
    how: 'Choose a longer period, or remove a filter.',
    all: 'Show all events from the last day',
  },
  failed: {
    list: 'The events couldn’t be loaded',
    one: 'The event couldn’t be loaded',
  },
  missing: {
    title: 'This event doesn’t exist',
    how: 'It belongs to another organization, or it’s past the retention period.',
  },
  back: 'Back to audit',
  reasons: {
    title: 'Why, at that time',
    asOf: 'As of',
    none: 'No reasons were recorded for this event. They’re recorded for denials and for changes, up to a few per minute. “See why (current)” shows today’s decision.',
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly audit: typeof messages;
  }
}
