import type { Kind } from './report-kind.tsx';

interface KindTexts {
  readonly name: string;
  readonly purpose: string;
  /** Shown if a report has no rows. */
  readonly nothing: string;
}

// The declared type makes a missing kind an error here only, and not wherever the key is used.
const kinds: Readonly<Record<Kind, KindTexts>> = {
  'access-review': {
    name: 'Role holders',
    purpose: 'Who has which role in this organization, live from Permit.',
    nothing: 'No one had a matching role in this organization at that time.',
  },
  machines: {
    name: 'Machine identities',
    purpose: 'Machine-to-machine applications, their roles, and what those allow.',
    nothing: 'No machine had a role in this organization at that time.',
  },
  dormant: {
    name: 'Inactive users',
    purpose: 'People who haven’t signed in recently, and the roles they still have.',
    nothing: 'Everyone signed in during this period.',
  },
  denials: {
    name: 'Denied access',
    purpose: 'Who was denied what, and how often.',
    nothing: 'No access was denied in this period.',
  },
  changes: {
    name: 'Changes',
    purpose: 'What changed, who changed it, and who was affected.',
    nothing: 'Nothing changed in this period.',
  },
};

export const messages = {
  ...kinds,
  about: {
    everybody: 'everyone with a role',
    roles: 'only {{roles}}',
    machines: 'roles in the organization',
    dormant_one: 'no sign-in for {{count, number}} day',
    dormant_other: 'no sign-in for {{count, number}} days',
    period_one: 'the day before',
    period_other: 'the {{count, number}} days before',
  },
  table: {
    person: 'Person',
    roles: 'Roles',
    rights: 'Can',
    lastSignIn: 'Last sign-in',
    permission: 'Denied permission',
    times: 'Count',
    last: 'Last denied',
    when: 'When',
    change: 'Change',
    by: 'Actor',
    about: 'Subject',
    never: 'Never or unknown',
    system: 'System',
    noRights: 'Nothing',
    instances_one: 'on {{count, number}} resource',
    instances_other: 'on {{count, number}} resources',
    failed: 'failed',
    rolesChanged: '{{before}} → {{after}}',
    none: 'none',
  },
} as const;

declare module '../../../i18n/messages.ts' {
  interface Messages {
    readonly reportKinds: typeof messages;
  }
}
