import type { ChangeAction } from '@latchkey/server/router';

type GroupOf<Action> = Action extends `${infer Group}.${string}` ? Group : never;
type NameIn<Action, Group extends string> = Action extends `${Group}.${infer Name}` ? Name : never;

export const messages = {
  role: { assign: 'Assign a role', unassign: 'Remove a role' },
  member: { remove: 'Remove access', restore: 'Restore access' },
  user: { create: 'Create an account', update: 'Update an account', delete: 'Delete an account' },
  tenant: {
    create: 'Create the organization',
    update: 'Update the organization',
    delete: 'Delete the organization',
  },
  policy: { apply: 'Apply the policy' },
  request: {
    create: 'Request access',
    withdraw: 'Withdraw a request',
    approve: 'Approve a request',
    refuse: 'Deny a request',
    undo: 'Undo a decision',
  },
  grant: { end: 'End access' },
  invitation: {
    create: 'Invite someone',
    resend: 'Resend an invitation',
    revoke: 'Revoke an invitation',
    accept: 'Accept an invitation',
  },
  report: {
    create: 'Create a report',
    publish: 'Publish a report',
    unpublish: 'Unpublish a report',
    classify: 'Change whether a report is confidential',
    rename: 'Rename a report',
    delete: 'Delete a report',
    restore: 'Restore a deleted report',
    purge: 'Permanently delete a report',
    export: 'Export reports',
  },
  collection: {
    create: 'Create a collection',
    rename: 'Rename a collection',
    add: 'Add a report to a collection',
    take: 'Remove a report from a collection',
    delete: 'Delete a collection',
  },
  share: { give: 'Share', take: 'Stop sharing' },
  review: {
    create: 'Create an access review',
    start: 'Start an access review',
    cancel: 'Cancel an access review',
    decide: 'Decide in an access review',
    finish: 'Finish an access review',
    retry: 'Retry the failed removals of an access review',
    close: 'Close an access review',
    seal: 'Seal the evidence of an access review',
    note: 'Add a note to an access review',
    export: 'Export the evidence of an access review',
  },
  sync: {
    pause: 'Pause sync',
    resume: 'Resume sync',
    replay: 'Retry deliveries',
    reconcile: 'Start a full reconciliation',
  },
  audit: { export: 'Export events', gap: 'Events were lost' },
  'view-as': { start: 'Start viewing as someone', end: 'Stop viewing as someone' },
} as const satisfies {
  readonly [Group in GroupOf<ChangeAction>]: Readonly<Record<NameIn<ChangeAction, Group>, string>>;
};

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly actions: typeof messages;
  }
}
