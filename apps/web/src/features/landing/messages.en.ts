export const messages = {
  title: 'See who can do what in your app, and why.',
  lead: 'Latchkey signs your team in with Logto and checks every action with Permit.io.',
  detail: 'See who has which role, what you can do, and who can grant you more.',
  signIn: 'Sign in',
  signUp: 'Create account',
  picture:
    'The access requests of an organization in the console: who requested which role, what it grants, and the buttons to approve or deny.',
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly landing: typeof messages;
  }
}
