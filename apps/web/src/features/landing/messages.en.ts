export const messages = {
  title: 'See who may do what, and why.',
  lead: 'Latchkey signs your team in with Logto and decides every action with Permit.io.',
  detail: 'Review who holds which role, know what yours allows, and who can give you more.',
  signIn: 'Sign in',
  signUp: 'Create account',
  matrix: {
    caption: 'What each role may do',
    hint: 'Point at or tap a role to see what it may do.',
    highlighted_one: '{{role}} may do {{count}} thing.',
    highlighted_other: '{{role}} may do {{count}} things.',
    permission: 'Permission',
    yes: 'Allowed',
    no: 'Not allowed',
    owner: 'Report owner',
    /** Under the width of a tablet. */
    short: { viewer: 'Viewer', editor: 'Editor', admin: 'Admin', owner: 'Owner' },
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly landing: typeof messages;
  }
}
