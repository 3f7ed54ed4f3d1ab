export const messages = {
  title: 'Why',
  purpose: 'By which role somebody can do something, or the smallest change that would let them.',
  copy: 'Copy link',
  copied: 'Link copied. Whoever opens it sees what they may see.',
  copyFailed: 'The link couldn’t be copied. Copy it from the address bar.',
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly why: typeof messages;
  }
}
