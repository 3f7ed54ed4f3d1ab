import type { policy } from '@latchkey/policy';

type Scopes = typeof policy.scopes;

// It has a declared type, so that a missing or outdated text is an error here.
const scope: { readonly [Key in keyof Scopes]: Scopes[Key]['name'] } = {
  'access:read': 'See who has access, and why',
  'requests:write': 'Ask for access for you',
};

export const messages = {
  scope,
  title: 'Connected applications',
  address: 'MCP server address',
  unverified: 'Unverified name, {{host}}',
  canChange: 'Can make changes',
  noScopes: 'No permissions',
  state: { waiting: 'Not allowed yet', blocked: 'Blocked', unused: 'Not used here' },
  since: 'Connected',
  lastUsed: 'Last used',
  neverUsed: 'Never used',
  activity: 'Open in Audit',
  activityOf: 'Open in Audit: {{application}}',
  grantsUnknown: 'Latchkey couldn’t ask Logto, so connections that only Logto knows might be missing.',
  disconnect: {
    submit: 'Disconnect',
    of: 'Disconnect {{application}}',
    title: 'Disconnect “{{application}}”?',
    own: 'Its requests for you are denied immediately, here and in your other organizations. Your consent in Logto is deleted, so it has to ask you again.',
    person:
      'Its requests for {{person}} are denied immediately in this organization. To connect it again, {{person}} has to consent again. To prevent that too, block the application.',
    done: '“{{application}}” is disconnected.',
    donePerson: '“{{application}}” can no longer act for {{person}} here.',
    unknown:
      '“{{application}}” is disconnected, and its requests are denied. Latchkey can’t manage consents in Logto, so yours might still be listed there.',
    unreachable:
      '“{{application}}” is disconnected, and its requests are denied. Logto couldn’t be reached, so your consent is still listed there.',
    failed: '“{{application}}” wasn’t disconnected',
    gone: '“{{application}}” is no longer connected.',
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly applications: typeof messages;
  }
}
