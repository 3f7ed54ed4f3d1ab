import type { AppPermission, AppRole } from '@latchkey/policy';
import type { BusyCode, RefusedCode } from '../api/api-error.ts';
import type { ReportRole, SharedResource, ShownResource } from '../policy.ts';
import { late } from './late.ts';

/**
 * The messages that every page may show: the layout, access denied (`denied`), disabled buttons (`gate`), outages
 * (`undecided`), errors (`error`), not found (`notFound`), and the names of roles and permissions.
 *
 * The messages of one feature are in its folder, in one or more *messages.<language>.ts. The names of pages are in its
 * routes.
 */
export const messages = {
  brand: 'Latchkey',
  pending: 'One moment…',
  late: late.en,
  reload: 'Reload',
  more: 'Show more',
  after: 'after {{duration}}',
  layout: {
    skip: 'Skip to content',
    navigation: 'Main',
    menu: 'Open menu',
    closeMenu: 'Close menu',
    breadcrumb: 'You are here',
    organization: 'Organization',
    defaultOrganization: 'Default organization',
    switchOrganization: 'Switch organization',
    organizations: 'Your organizations',
    organizationsFailed: 'Your organizations couldn’t be loaded. Logto can’t be reached right now.',
    noOrganizations: 'You’re not a member of another organization.',
    unknownOrganization: 'Unknown',
    notYourOrganization: 'Not one of yours',
    organizationChanged: 'This page belongs to another organization. You’re in “{{name}}” now.',
    palette: 'Search',
    notifications_zero: 'Notifications',
    notifications_one: 'Notifications, {{count, number}} unread',
    notifications_other: 'Notifications, {{count, number}} unread',
    you: 'Your account',
    language: 'Language',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    signOut: 'Sign out',
    signOutFailed: 'You’re still signed in: Logto can’t be reached right now. Try again in a moment.',
    newVersion: 'A new version of Latchkey is here, so this page was reloaded. What you typed is kept.',
    unchecked: 'Permissions can’t be checked right now. These are the pages you had last.',
    yourRoles: 'Your roles',
    noRole: 'No role yet',
    noName: 'Signed in',
  },
  membersTabs: { label: 'Members and invitations', members: 'Members', invitations: 'Invitations' },
  denied: {
    title: 'You don’t have access to this',
    needs: 'It needs a permission that your roles don’t include:',
    unnamed: 'Your roles don’t include the permission that it needs.',
    newcomer:
      'You hold no role in this organization yet. A new account gets its first role within seconds; otherwise an administrator can give you one.',
    confidential: 'This report is confidential: only people cleared for confidential reports can open it.',
    clearedBy: 'Someone who manages users in Logto can assign you the role “{{role}}” to clear you.',
    clearedElsewhere: 'Someone who manages users in Logto can clear you.',
    who: 'Who has it',
    on: { reports: 'Also {{roles}}.', collections: 'Also {{roles}}.' },
    ask: 'Ask an administrator of this organization for one of these roles.',
    askInstallation:
      'It’s about every organization, so a role in just one of them isn’t enough. Ask an administrator of this installation.',
    noAdministrator: 'Nobody is an administrator here yet.',
    becomeAdministrator: 'See how to become one',
    askOwner: {
      reports: 'Ask the report’s owner or an administrator.',
      collections: 'Ask the collection’s owner or an administrator.',
    },
  },
  back: { reports: 'Back to reports', collections: 'Back to collections' },
  gate: {
    needs: 'Needs “{{permission}}”.',
    grantedBy: 'Held by {{roles}}.',
    grantedByRule: 'A rule gives it to some others.',
    unavailable: 'Can’t be checked right now. Trying again…',
    why: 'Why?',
    acting: 'Off while somebody acts for somebody else.',
  },
  undecided: {
    title: 'Permissions can’t be checked right now',
    why: 'Nothing was denied and nothing has changed. This page keeps checking and opens by itself.',
    check: 'Check now',
  },
  error: {
    why: 'Try again. If it keeps happening, send this id to an administrator.',
    whyPlain: 'Try again in a moment.',
    unreachable: 'Latchkey can’t be reached. Check your connection; this page tries again by itself.',
    unknownOutcome:
      'Latchkey didn’t answer, so it may or may not have been done. Check your connection, then look before you do it again.',
    again: 'This page tries again by itself.',
    /** By the server's error code; other codes have no text of their own. */
    code: {
      SERVER_BUSY: 'Latchkey has too much to do right now.',
      RATE_LIMITED: 'That was more than Latchkey takes in a minute. It works again within a minute.',
      SUBSCRIPTION_LIMIT: 'You have Latchkey open in too many tabs or windows. Close some of them.',
      BATCH_TOO_LARGE:
        'This page asked for too much at once. Reload it; if it keeps happening, tell an administrator.',
      REQUEST_TOO_LARGE: 'That’s more than Latchkey takes at once. Try it with less.',
      VIEW_AS_READ_ONLY: 'Off in a view as somebody else.',
      UNSUPPORTED_ENCODING:
        'The request arrived in a form that Latchkey can’t read. A proxy on the way may have changed it; tell an administrator.',
    } satisfies Record<BusyCode | RefusedCode, string>,
    signedOut: 'Your session has ended.',
    signIn: 'Sign in again',
    offline: 'You’re offline, and this page was not loaded before. It opens as soon as you’re back online.',
    retry: 'Try again',
    requestId: 'Request id',
    page: 'This page couldn’t be shown',
    start: 'Latchkey couldn’t start',
    signInUnreachable: 'Sign-in can’t be reached right now. Try again in a moment.',
    part: {
      title: 'This couldn’t be opened',
      why: 'A part of Latchkey wasn’t loaded. Trying again loads the page anew; what you typed is kept.',
      offline: 'You’re offline, and this was not opened before. Try again when you’re back online.',
      unreachable: 'Latchkey still can’t be reached. Try again in a moment.',
      close: 'Close',
    },
  },
  session: {
    ended: {
      title: 'Your session has ended',
      again: 'Sign in again to go on here. What you typed is kept.',
    },
    incomplete: {
      title: 'Sign in again to see your organizations',
      again:
        'You signed in before Latchkey had organizations, so it may not ask for yours yet. What you typed is kept.',
    },
    later: 'Not now',
  },
  stream: {
    offline: 'You’re offline. What you see stays; it’s brought up to date as soon as you’re back online.',
    lost: 'Latchkey can’t be reached right now. What you see may be out of date; it’s brought up to date as soon as the connection is back.',
    crowded:
      'You have Latchkey open in too many tabs or windows, so this one learns of changes late. Close some of them.',
    limited: 'That was a lot at once. Within a minute this page hears of changes again.',
  },
  notFound: {
    title: 'There’s no page here',
    why: 'The address may be mistyped, or the page has moved.',
    gone: 'It may have been deleted, or the link is incomplete.',
  },
  notAMember: {
    title: 'You’re not a member of this organization',
    why: 'This page belongs to an organization that you aren’t in, or are no longer in. Ask an administrator there for an invitation, or use another account.',
    leave: 'Go to the default organization',
    asAnother: 'Sign in with another account',
    check: 'Check again',
  },
  request: { access: 'Request access' },
  notice: { close: 'Dismiss' },
  copy: { copy: 'Copy', copied: 'Copied' },
  person: { id: 'Id', machine: 'Machine' },
  role: { viewer: 'Viewer', editor: 'Editor', admin: 'Administrator' } satisfies Record<AppRole, string>,
  instanceRoles: {
    reports: { owner: 'the report’s owner', editor: 'its editors', reader: 'its readers' },
    collections: { owner: 'the collection’s owner', editor: 'its editors', reader: 'its readers' },
  } satisfies Record<SharedResource, Record<ReportRole, string>>,
  resource: {
    reports: 'Access reports',
    collections: 'Collections',
    members: 'Members',
    requests: 'Access requests',
    audit: 'Audit log',
    sync: 'Directory sync',
    policy: 'Policy',
  } satisfies Record<ShownResource, string>,
  roles: { viewer: 'viewers', editor: 'editors', admin: 'administrators' } satisfies Record<AppRole, string>,
  permission: {
    'collections:view': 'View collections',
    'collections:create': 'Create collections',
    'collections:edit': 'Edit collections',
    'collections:share': 'Share collections',
    'collections:delete': 'Delete collections',
    'reports:view': 'View reports',
    'reports:create': 'Create reports',
    'reports:edit': 'Edit reports',
    'reports:publish': 'Publish reports',
    'reports:share': 'Share reports',
    'reports:delete': 'Delete reports',
    'reports:view-confidential': 'View confidential reports',
    'members:view': 'View members',
    'members:invite': 'Invite members',
    'members:assign': 'Assign roles',
    'members:remove': 'Remove members',
    'members:view-as': 'View the console as others',
    'requests:create': 'Request access',
    'requests:view': 'View access requests',
    'requests:decide': 'Decide access requests',
    'audit:view': 'View the audit log',
    'sync:view': 'View directory sync',
    'sync:replay': 'Replay deliveries',
    'sync:reconcile': 'Reconcile the directory',
    'policy:view': 'View the policy',
  } satisfies Record<AppPermission, string>,
} as const;
