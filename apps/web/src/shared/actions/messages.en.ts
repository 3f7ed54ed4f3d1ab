/** Kinds of change that the audit log has, as verbs. */
export const messages = {
  role: { assign: 'Give a role', unassign: 'Take a role away' },
  user: { create: 'Create an account', update: 'Update an account', delete: 'Delete an account' },
  tenant: {
    create: 'Create the organization',
    update: 'Update the organization',
    delete: 'Delete the organization',
  },
  policy: { apply: 'Apply the policy' },
  request: {
    create: 'Ask for access',
    withdraw: 'Withdraw a request',
    approve: 'Approve a request',
    refuse: 'Refuse a request',
    undo: 'Undo a decision',
  },
  grant: { end: 'End access' },
  invitation: {
    create: 'Invite somebody',
    resend: 'Send an invitation again',
    revoke: 'Revoke an invitation',
    accept: 'Accept an invitation',
  },
  report: {
    create: 'Create a report',
    publish: 'Publish a report',
    classify: 'Change whether a report is confidential',
    rename: 'Rename a report',
    delete: 'Delete a report',
    restore: 'Take a deleted report back',
    purge: 'Remove a deleted report for good',
    export: 'Export reports',
  },
  collection: {
    create: 'Create a collection',
    rename: 'Rename a collection',
    add: 'Add a report to a collection',
    take: 'Take a report out of a collection',
    delete: 'Delete a collection',
  },
  share: { give: 'Share', take: 'Stop sharing' },
  sync: {
    pause: 'Pause sync',
    resume: 'Resume sync',
    replay: 'Process deliveries again',
    reconcile: 'Start a full comparison',
  },
  audit: { export: 'Export events', gap: 'Events were lost' },
  'view-as': { start: 'View the console as somebody', end: 'End a view as somebody' },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly actions: typeof messages;
  }
}
