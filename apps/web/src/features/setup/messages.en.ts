export const messages = {
  title: 'Set up Latchkey',
  purpose: 'What’s left to set up. This checklist disappears when everything is done.',
  progress_one: '{{done, number}} of {{count, number}} done',
  progress_other: '{{done, number}} of {{count, number}} done',
  failed: 'The checklist couldn’t be loaded',
  state: { done: 'Done', todo: 'To do', unknown: 'Can’t be checked right now' },
  command: 'Command',
  check: {
    logto: {
      name: 'People sign in with Logto',
      how: 'Logto signs the tokens, and the server can read its keys.',
    },
    pdp: {
      name: 'The PDP responds',
      how: 'The server checks every permission with it at PERMIT_PDP_URL. Start its container, or correct the URL.',
    },
    policy: {
      name: 'The policy is in Permit',
      how: 'The policy in Permit differs from this version. See the differences with “policy plan”, then apply it.',
    },
    administrator: {
      name: 'There is an administrator',
      how: 'Assign the role to a person, using the ID shown in Logto.',
    },
    'management-api': {
      name: 'The server can access Logto',
      how: 'Create a machine-to-machine app in Logto with the role “Logto Management API access”, set LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET to its credentials, and restart the server.',
    },
    webhook: {
      name: 'Logto sends changes to the server',
      how: 'Create a webhook in Logto that points here, and add its signing key to LOGTO_WEBHOOK_SIGNING_KEYS. This step is done when the first event arrives: sign out and in again.',
    },
  },
  commandsWhere:
    'Run commands in a shell with the server’s environment variables. In a checkout: pnpm {{command}}',
  doctor: 'To check from outside, with more detail:',
  consoles: 'Consoles',
  logtoConsole: 'Logto’s console',
  permitConsole: 'Permit’s console',
  dismiss: 'Dismiss checklist',
  dismissHow: 'Hides it for everyone, on every device.',
  dismissFailed: 'The checklist wasn’t dismissed',
  complete: {
    title: 'Latchkey is set up',
    how: 'Setup is complete.',
    go: 'Go to access reports',
  },
  closed: {
    title: 'The setup checklist is closed',
    how: 'It was completed or dismissed. To check the installation, run “latchkey doctor”.',
  },
  notYours: {
    title: 'The setup checklist is for operators',
    how: 'Only administrators of the installation see what’s left to set up.',
  },
  first: {
    purpose: 'This installation has no administrator yet. Someone with its keys can make the first one.',
    policy: {
      name: 'Apply the policy to Permit',
      how: 'Skip this if it’s already done: the roles need to exist in Permit.',
    },
    grant: {
      name: 'Become an administrator',
      how: 'The ID is your own. This page continues automatically within seconds.',
    },
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly setup: typeof messages;
  }
}
