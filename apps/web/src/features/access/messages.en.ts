export const messages = {
  title: 'Your access',
  purpose: 'What your roles let you do in this organization, and which role would give you the rest.',
  failed: 'Your access couldn’t be loaded',
  permission: 'Permission',
  you: 'You',
  heldBy: 'Held by',
  none: 'You hold no role in this organization yet. Ask an administrator for one.',
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly access: typeof messages;
  }
}
