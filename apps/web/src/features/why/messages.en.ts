export const messages = {
  title: 'Check access',
  purpose: 'See which role lets someone do something, or what would have to change.',
  copy: 'Copy link',
  copied: 'Link copied. People who open it only see what they have access to.',
  copyFailed: 'The link couldn’t be copied. Copy it from the address bar.',
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly why: typeof messages;
  }
}
