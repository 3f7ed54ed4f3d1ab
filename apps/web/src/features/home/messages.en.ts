import type { Notification } from './notification-list.tsx';

type Kind = Notification['kind'];

export const messages = {
  title: 'Home',
  purpose: 'What waits for you, and what changed in your access.',
  partFailed: 'This couldn’t be loaded.',
  partUnchecked: 'Permissions can’t be checked right now. It’s asked again by itself.',
  waiting: {
    title: 'Waits for you',
    asks: '{{name}} asks for {{what}}',
    decide: 'Decide',
    all_one: 'All {{count, number}} requests',
    all_other: 'All {{count, number}} requests',
    nothing: 'Nothing waits for you',
    nothingHow: 'What somebody asks of you shows up here.',
    yourAccess: 'See what you may do',
  },
  hand: {
    title: 'Needs a hand',
    setup_one: '{{count, number}} step is left to set up Latchkey',
    setup_other: '{{count, number}} steps are left to set up Latchkey',
    noAdministrator: 'Nobody is an administrator yet',
    dead_one: '{{count, number}} delivery from Logto failed for good',
    dead_other: '{{count, number}} deliveries from Logto failed for good',
    paused: 'Directory sync is paused',
    drift_one: '{{count, number}} difference between Logto and Permit.io',
    drift_other: '{{count, number}} differences between Logto and Permit.io',
    ending_one: '{{count, number}} role that a request gave ends soon',
    ending_other: '{{count, number}} roles that requests gave end soon',
  },
  changed: {
    title: 'Changed in your access',
    nothing: 'Nothing has changed in the last 30 days.',
    all: 'All notifications',
  },
  denied: {
    title: 'Where you were stopped',
    on: { reports: 'on a report', collections: 'on a collection' },
    why: 'Why, and what would help',
  },
  notifications: {
    title: 'Notifications',
    purpose: 'What happened to your access, and what waits for you: the last 30 days, at most 50.',
    failed: 'Your notifications couldn’t be loaded',
    markAll: 'Mark all as read',
    markFailed: 'They couldn’t be marked as read.',
    unread: 'Unread',
    empty: 'Nothing has happened yet',
    emptyHow:
      'When a request of yours is decided, or somebody gives you a role or takes one, it’s told here.',
  },
  mail: {
    title: 'By mail as well',
    about: 'In this organization. What is told above is told anyhow.',
    failed: 'Your choice couldn’t be saved.',
    kind: {
      asked: 'Somebody asks for what I may decide',
      'ends-soon': 'The time of a role of mine ends soon',
    },
  },
  /** What somebody has, asks for, or loses: within a sentence. */
  what: {
    role: 'the role “{{role}}”',
    on: 'the role “{{role}}” on “{{title}}”',
    somewhere: {
      reports: 'the role “{{role}}” on a report',
      collections: 'the role “{{role}}” on a collection',
    },
  },
  /** By somebody. */
  by: {
    approved: '{{name}} approved your request for {{what}}.',
    refused: '{{name}} refused your request for {{what}}.',
    'role-given': '{{name}} gave you {{what}}.',
    'role-taken': '{{name}} took {{what}} from you.',
    'share-given': '{{name}} gave you {{what}}.',
    'share-taken': '{{name}} took {{what}} from you.',
    'role-ended': 'Your time with {{what}} is over.',
    'viewed-as': '{{name}} saw the console as you see it, and changed nothing.',
    'ends-soon': 'Your time with {{what}} ends on {{date}}.',
    'to-decide': '{{name}} asks for {{what}}.',
  } satisfies Record<Kind, string>,
  /** By nobody in particular: by sync, or because its end has come. */
  itself: {
    approved: 'Your request for {{what}} was approved.',
    refused: 'Your request for {{what}} was refused.',
    'role-given': 'You were given {{what}}.',
    'role-taken': 'You no longer have {{what}}.',
    'share-given': 'You were given {{what}}.',
    'share-taken': 'You no longer have {{what}}.',
    'role-ended': 'Your time with {{what}} is over.',
    'viewed-as': 'An administrator saw the console as you see it, and changed nothing.',
    'ends-soon': 'Your time with {{what}} ends on {{date}}.',
    'to-decide': 'Somebody asks for {{what}}.',
  } satisfies Record<Kind, string>,
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly home: typeof messages;
  }
}
