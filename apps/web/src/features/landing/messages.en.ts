export const messages = {
  title: 'See who can do what, and why.',
  lead: 'Latchkey signs your team in with Logto and checks every action with Permit.io.',
  detail: 'See who has which role, what you can do, and who can grant you more.',
  signIn: 'Sign in',
  signUp: 'Create account',
  matrix: {
    caption: 'What each role can do',
    hint: 'Hover over or tap a role to see what it can do.',
    highlighted_one: '{{role}} can do {{count}} thing.',
    highlighted_other: '{{role}} can do {{count}} things.',
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
