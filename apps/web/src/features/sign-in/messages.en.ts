export const messages = {
  title: 'Signing you in…',
  failed: 'Signing in didn’t finish',
  failedWhy:
    'The sign-in link was used before, took too long, or was opened in another browser. Start again; it only takes a moment.',
  again: 'Sign in again',
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly signIn: typeof messages;
  }
}
