import type { policy, AppRole } from '@latchkey/policy';
import type { BusyCode, RefusedCode } from '../api/api-error.ts';
import type { ReportRole, SharedResource } from '../policy.ts';
import { actions, permission } from './actions.en.ts';
import { late } from './language.ts';

/** The names in the policy, as a type: the policy itself is not part of the landing page. */
type NamesIn<Table extends Readonly<Record<string, { readonly name: string }>>> = {
  readonly [Key in keyof Table]: Table[Key]['name'];
};

// These have a declared type, so that a missing text is an error here only, and not wherever its key is used.
const role: NamesIn<typeof policy.roles> = { viewer: 'Viewer', editor: 'Editor', admin: 'Administrator' };
const resource: NamesIn<typeof policy.resources> = {
  collections: 'Collections',
  reports: 'Access reports',
  members: 'Members',
  requests: 'Access requests',
  reviews: 'Access reviews',
  audit: 'Audit log',
  sync: 'Directory sync',
  policy: 'Policy',
};
const roles: Readonly<Record<AppRole, string>> = {
  viewer: 'viewers',
  editor: 'editors',
  admin: 'administrators',
};
const reportRole: Readonly<Record<ReportRole, string>> = {
  owner: 'Owner',
  editor: 'Editor',
  reader: 'Reader',
};
const instanceRoles: Readonly<Record<SharedResource, Record<ReportRole, string>>> = {
  reports: { owner: 'the report’s owner', editor: 'its editors', reader: 'its readers' },
  collections: { owner: 'the collection’s owner', editor: 'its editors', reader: 'its readers' },
};

/**
 * The messages that every page may show. Those of a feature are in its folder, the names of its pages in its routes.
 */
export const messages = {
  brand: 'Latchkey',
  pending: 'One moment…',
  late: late.en,
  reload: 'Reload',
  undo: 'Undo',
  cancel: 'Cancel',
  close: 'Close',
  more: 'Show more',
  moreFailed: 'The next entries couldn’t be loaded. Try again in a moment.',
  chart: { asTable: 'Show as a table', asChart: 'Show as a chart' },
  after: 'after {{duration}}',
  immediately: 'immediately',
  layout: {
    skip: 'Skip to content',
    navigation: 'Main',
    menu: 'Open menu',
    closeMenu: 'Close menu',
    breadcrumb: 'Breadcrumb',
    organization: 'Organization',
    defaultOrganization: 'Default organization',
    switchOrganization: 'Switch organization',
    organizations: 'Your organizations',
    organizationsFailed: 'Your organizations couldn’t be loaded. Logto can’t be reached right now.',
    noOrganizations: 'You’re not a member of another organization.',
    unknownOrganization: 'Unknown',
    notYourOrganization: 'Not one of yours',
    organizationChanged: 'This page belongs to another organization. You’re now in “{{name}}”.',
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
    newVersion: 'Latchkey was updated, so this page was reloaded. What you typed is saved.',
    unchecked: 'Permissions can’t be checked right now. Your pages appear here as soon as they can.',
    yourRoles: 'Your roles',
    noRole: 'No role yet',
    noName: 'Signed in',
  },
  membersTabs: {
    label: 'Members, invitations, and applications',
    members: 'Members',
    invitations: 'Invitations',
    applications: 'Applications',
  },
  denied: {
    title: 'You don’t have access to this',
    needs: 'Your roles don’t include the required permission:',
    unnamed: 'Your roles don’t include the required permission.',
    newcomer:
      'You don’t have a role in this organization. New accounts get their first role within seconds; otherwise, an administrator can assign one.',
    confidential: 'This report is confidential: only people cleared for confidential reports can open it.',
    clearedBy: 'Someone who manages users in Logto can assign you the role “{{role}}” to clear you.',
    clearedElsewhere: 'Someone who manages users in Logto can clear you.',
    who: 'Who has it',
    on: { reports: 'Also {{roles}}.', collections: 'Also {{roles}}.' },
    ask: 'Ask an administrator of this organization for one of these roles.',
    askInstallation:
      'This applies to all organizations, so a role in one of them isn’t enough. Ask an administrator of this installation.',
    noAdministrator: 'There’s no administrator yet.',
    becomeAdministrator: 'See how to become one',
    askOwner: {
      reports: 'Ask the report’s owner or an administrator.',
      collections: 'Ask the collection’s owner or an administrator.',
    },
  },
  back: { home: 'Go to Home', reports: 'Back to reports' },
  duration: {
    label: 'Duration',
    day: '1 day',
    week: '1 week',
    date: 'Custom date',
    good: 'Permanent',
    lastDay: 'Last day',
    invalid: 'Choose a date within the next year.',
  },
  roleEnd: {
    soon: {
      role: 'Your role “{{role}}” expires in {{left}}.',
      reports: 'Your role on a report expires in {{left}}.',
      collections: 'Your role on a collection expires in {{left}}.',
    },
    expiredTitle: 'Your access expired',
    removedTitle: 'Your access was removed',
    lost: 'You no longer have access to this',
    expired: {
      role: 'Your role “{{role}}” expired on {{at}}.',
      reports: 'Your role on this report expired on {{at}}.',
      collections: 'Your role on this collection expired on {{at}}.',
    },
    removed: {
      role: 'Your role “{{role}}” was removed on {{at}}.',
      reports: 'Your role on this report was removed on {{at}}.',
      collections: 'Your role on this collection was removed on {{at}}.',
    },
    kept: 'What you entered is still here.',
    again: 'Request again',
  },
  gate: {
    needs: 'Requires “{{permission}}”.',
    grantedBy: 'Available to {{roles}}.',
    grantedByRule: 'A rule also grants it to others.',
    unavailable: 'Can’t be checked right now. Trying again…',
    why: 'Why?',
    acting: 'Not available when acting for someone else.',
  },
  undecided: {
    title: 'Permissions can’t be checked right now',
    why: 'Nothing was denied and nothing has changed. This page retries automatically.',
    check: 'Check now',
  },
  error: {
    why: 'Try again. If it keeps happening, send this ID to an administrator.',
    whyPlain: 'Try again in a moment.',
    unreachable: 'Latchkey can’t be reached. Check your connection; this page retries automatically.',
    unknownOutcome:
      'Latchkey didn’t respond, so the result is unknown. Check your connection, then check whether the change was made before you try again.',
    again: 'This page retries automatically.',
    /** By the server's error code. Other codes have no message of their own. */
    code: {
      SERVER_BUSY: 'Latchkey is busy right now.',
      RATE_LIMITED: 'Too many requests. Try again in a minute.',
      SUBSCRIPTION_LIMIT: 'You have Latchkey open in too many tabs or windows. Close some of them.',
      BATCH_TOO_LARGE:
        'This page requested too much at once. Reload it. If it keeps happening, contact an administrator.',
      REQUEST_TOO_LARGE: 'The request is too large. Try again with less.',
      VIEW_AS_READ_ONLY: 'Not available when viewing as someone else.',
      APPLICATION_BLOCKED: 'An administrator blocked this application in this organization.',
      APPLICATION_DISCONNECTED:
        'This application was disconnected from your account. To use it, connect it again.',
      APPLICATION_NOT_ALLOWED:
        'You haven’t allowed this application in this organization. Allow it in “Your access”, under “Connected applications”.',
      UNSUPPORTED_ENCODING:
        'Latchkey couldn’t read the request. A proxy might have changed it. Contact an administrator.',
    } satisfies Record<BusyCode | RefusedCode, string>,
    signedOut: 'Your session has ended.',
    signIn: 'Sign in again',
    offline: 'You’re offline, and this page hasn’t been loaded yet. It opens when you’re back online.',
    retry: 'Try again',
    requestId: 'Request ID',
    page: 'This page couldn’t be shown',
    start: 'Latchkey couldn’t start',
    signInUnreachable: 'Sign-in can’t be reached right now. Try again in a moment.',
    part: {
      title: 'This couldn’t be opened',
      why: 'Part of Latchkey couldn’t be loaded. Trying again reloads the page. What you typed is saved.',
      offline: 'You’re offline, and this hasn’t been loaded yet. Try again when you’re back online.',
      unreachable: 'Latchkey still can’t be reached. Try again in a moment.',
    },
  },
  session: {
    ended: {
      title: 'Your session has ended',
      again: 'Sign in again to continue. What you typed is saved.',
    },
    incomplete: {
      title: 'Sign in again to see your organizations',
      again: 'You signed in before Latchkey supported organizations. What you typed is saved.',
    },
    revoked: {
      title: 'Your account was suspended or deleted',
      why: 'You can’t use Latchkey with it. If that’s a mistake, ask an administrator. What you typed is saved in this tab.',
    },
    later: 'Not now',
  },
  stream: {
    slow: 'The server is slow to respond. Still loading…',
    offline: 'You’re offline. This page updates when you’re back online.',
    lost: 'Latchkey can’t be reached right now. This page might be out of date. It updates when the connection is back.',
    crowded:
      'You have Latchkey open in too many tabs or windows, so updates are delayed here. Close some of them.',
    limited: 'Too many requests. Live updates resume within a minute.',
  },
  notFound: {
    title: 'Page not found',
    why: 'The address might be wrong, or the page was moved.',
    gone: 'It was deleted, or the link is incomplete.',
  },
  notAMember: {
    title: 'You’re not a member of this organization',
    why: 'This page belongs to an organization you’re not a member of. Ask one of its administrators for an invitation, or use another account.',
    leave: 'Go to the default organization',
    asAnother: 'Sign in with another account',
    check: 'Check again',
  },
  request: { access: 'Request access' },
  search: {
    more: 'Type to find more',
    clear: 'Clear search',
    found_zero: 'No results',
    found_one: '{{count, number}} result',
    found_other: '{{count, number}} results',
    foundMore: 'More than {{count, number}} results',
  },
  notice: { close: 'Dismiss' },
  copy: { copy: 'Copy', copied: 'Copied' },
  person: { id: 'ID', machine: 'Machine', gone: 'Deleted account' },
  role,
  reportRole,
  roleSource: {
    default: 'Default role',
    logto: 'From Logto',
    request: 'From a request',
    requestUntil: 'From a request, until {{date}}',
    hand: 'Assigned outside this console',
    handBy: 'Assigned by {{name}} on {{date}}',
    handUntil: 'Assigned by {{name}}, until {{date}}',
    sharedBy: 'Shared by {{name}}',
    creator: 'Creator',
    collection: 'From the collection “{{title}}”',
    hiddenCollection: 'From a collection',
    someone: 'someone',
  },
  roleChange: {
    gains_one: 'Gains {{count, number}}: {{permissions}}',
    gains_other: 'Gains {{count, number}}: {{permissions}}',
    loses_one: 'Loses {{count, number}}: {{permissions}}',
    loses_other: 'Loses {{count, number}}: {{permissions}}',
    previewing: 'Checking impact…',
    previewFailed: 'The impact can’t be shown right now.',
    assigned: '{{name}} is now {{role}}',
    removed: '{{name}} is no longer {{role}}',
    ownTitle: 'Remove your own role?',
    ownConfirm: 'Remove my role',
  },
  onThis: { reports: '{{role}} of this report', collections: '{{role}} of this collection' },
  instanceRoles,
  resource,
  roles,
  permission,
  actions,
} as const;
