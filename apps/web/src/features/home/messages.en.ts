import type { Notification } from './notification-list.tsx';

type Kind = Notification['kind'];

export const messages = {
  title: 'Home',
  purpose: 'Requests to review, and recent changes to your access.',
  partFailed: 'This couldn’t be loaded.',
  partUnchecked: 'Permissions can’t be checked right now. Retrying automatically.',
  waiting: {
    title: 'Needs your review',
    asks: '{{name}} requested {{what}}',
    decide: 'Review',
    all_one: 'All {{count, number}} requests',
    all_other: 'All {{count, number}} requests',
    nothing: 'You’re all caught up',
    nothingHow: 'Requests you can approve appear here.',
    yourAccess: 'See what you can do',
  },
  review: {
    title: 'Next access review',
    mine_one: '{{count, number}} decision left for you',
    mine_other: '{{count, number}} decisions left for you',
    others_one: '{{count, number}} decision left for others',
    others_other: '{{count, number}} decisions left for others',
    due: 'Due',
  },
  hand: {
    title: 'Needs attention',
    setup_one: '{{count, number}} step left to set up Latchkey',
    setup_other: '{{count, number}} steps left to set up Latchkey',
    noAdministrator: 'No administrator yet',
    dead_one: '{{count, number}} failed delivery from Logto',
    dead_other: '{{count, number}} failed deliveries from Logto',
    delayed_one: '{{count, number}} delivery from Logto isn’t applied yet',
    delayed_other: '{{count, number}} deliveries from Logto aren’t applied yet',
    paused: 'Directory sync is paused',
    drift_one: '{{count, number}} difference between Logto and Permit',
    drift_other: '{{count, number}} differences between Logto and Permit',
    ending_one: '{{count, number}} requested role expires soon',
    ending_other: '{{count, number}} requested roles expire soon',
  },
  changed: {
    title: 'Recent access changes',
    nothing: 'No changes in the last 30 days.',
    all: 'All notifications',
  },
  denied: {
    title: 'Recently denied',
    on: { reports: 'on a report', collections: 'on a collection' },
  },
  notifications: {
    title: 'Notifications',
    limit: 'Up to 50 from the last 30 days.',
    close: 'Close notifications',
    markAll: 'Mark all as read',
    markFailed: 'Notifications couldn’t be marked as read.',
    unread: 'Unread',
    empty: 'No notifications yet',
    emptyHow:
      'You’ll be notified when your request is reviewed, or when someone assigns or removes one of your roles.',
  },
  mail: {
    title: 'Email notifications',
    about: 'For this organization. Notifications still appear above.',
    failed: 'Your preference couldn’t be saved.',
    kind: {
      asked: 'Someone requests access I can approve',
      'ends-soon': 'One of my roles expires soon',
      'review-due': 'An access review that I decide or manage is due',
    },
  },
  /** The role that someone gets, requests, or loses, within a sentence. */
  what: {
    role: 'role “{{role}}”',
    on: 'role “{{role}}” on “{{title}}”',
    somewhere: {
      reports: 'role “{{role}}” on a report',
      collections: 'role “{{role}}” on a collection',
    },
  },
  /** Caused by a user. */
  by: {
    approved: '{{name}} approved your request for the {{what}}.',
    refused: '{{name}} denied your request for the {{what}}.',
    'role-given': '{{name}} assigned you the {{what}}.',
    'role-taken': '{{name}} removed your {{what}}.',
    'share-given': '{{name}} assigned you the {{what}}.',
    'share-taken': '{{name}} removed your {{what}}.',
    'role-ended': 'You no longer have the {{what}}: it expired.',
    'viewed-as': '{{name}} viewed the console as you (read-only).',
    'ends-soon': 'You have the {{what}} until {{date}}.',
    'to-decide': '{{name}} requested the {{what}}.',
    'to-review': '{{name}} made you a reviewer of “{{title}}”. Due {{date}}.',
  } satisfies Record<Kind, string>,
  /** Not caused by a user: by sync, or because a role expired. */
  itself: {
    approved: 'Your request for the {{what}} was approved.',
    refused: 'Your request for the {{what}} was denied.',
    'role-given': 'You were assigned the {{what}}.',
    'role-taken': 'You no longer have the {{what}}.',
    'share-given': 'You were assigned the {{what}}.',
    'share-taken': 'You no longer have the {{what}}.',
    'role-ended': 'You no longer have the {{what}}: it expired.',
    'viewed-as': 'An administrator viewed the console as you (read-only).',
    'ends-soon': 'You have the {{what}} until {{date}}.',
    'to-decide': 'Someone requested the {{what}}.',
    'to-review': 'You’re a reviewer of “{{title}}”. Due {{date}}.',
  } satisfies Record<Kind, string>,
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly home: typeof messages;
  }
}
