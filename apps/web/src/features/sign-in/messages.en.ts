export const messages = {
  title: 'Signing you in…',
  failed: 'Sign-in didn’t complete',
  failedWhy:
    'The sign-in link was already used, expired, or was opened in another browser. Sign in again to continue.',
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly signIn: typeof messages;
  }
}
