export const messages = {
  title: 'Set up Latchkey',
  purpose: 'What a new installation still needs. The list goes away when everything is done.',
  progress_one: '{{done, number}} of {{count, number}} done',
  progress_other: '{{done, number}} of {{count, number}} done',
  failed: 'The checklist couldn’t be loaded',
  state: { done: 'Done', todo: 'To do', unknown: 'Can’t be checked right now' },
  command: 'Command',
  check: {
    logto: {
      name: 'People sign in with Logto',
      how: 'Logto signs the tokens, and the server knows its keys.',
    },
    pdp: {
      name: 'The PDP answers',
      how: 'The server asks it for every decision, at PERMIT_PDP_URL. Start its container, or correct the address.',
    },
    policy: {
      name: 'The policy is in Permit',
      how: 'Permit says something else than the table of this version. See what differs with “policy plan”, then apply it.',
    },
    administrator: {
      name: 'Somebody is an administrator',
      how: 'Give a person the role, by the id that Logto shows.',
    },
    'management-api': {
      name: 'The server may ask Logto',
      how: 'Create a machine-to-machine app in Logto with the role “Logto Management API access”, set LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET to its own, and restart the server.',
    },
    webhook: {
      name: 'Logto tells the server what changes',
      how: 'Create a webhook in Logto that leads here, and put its signing key into LOGTO_WEBHOOK_SIGNING_KEYS. It’s done when the first event arrives: sign out and in again.',
    },
  },
  commandsWhere: 'Commands run in a shell that has the server’s variables. In a checkout: pnpm {{command}}',
  doctor: 'To see it from outside, with more detail:',
  consoles: 'Where things are set up',
  logtoConsole: 'Logto’s console',
  permitConsole: 'Permit’s console',
  dismiss: 'Dismiss the list',
  dismissHow: 'Nobody sees it any more, on any device.',
  dismissFailed: 'The list wasn’t dismissed',
  complete: {
    title: 'Latchkey is set up',
    how: 'Everything that a new installation needs is done.',
    go: 'Go to access reports',
  },
  nothing: {
    title: 'Nothing is left to set up',
    how: 'Whoever operates this installation sees a list here while something is missing.',
  },
  first: {
    purpose: 'Nobody administers this installation yet. Whoever has its keys makes the first administrator.',
    policy: {
      name: 'Bring the policy to Permit',
      how: 'Unless that was done before: the roles have to exist there.',
    },
    grant: {
      name: 'Become an administrator',
      how: 'This is you: the id is your own. This page goes on by itself within seconds.',
    },
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly setup: typeof messages;
  }
}
