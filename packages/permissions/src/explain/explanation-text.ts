import type {
  AllowedExplanation,
  AttributeChange,
  Change,
  DeniedExplanation,
  Explanation,
  HeldRole,
  Note,
} from './explanation.ts';

type WithoutText<T> = Omit<T, 'text'>;

export function explanationText(
  explanation: WithoutText<AllowedExplanation> | WithoutText<DeniedExplanation>,
): string {
  return (explanation.outcome === 'allow' ? linesOfAllowed(explanation) : linesOfDenied(explanation)).join(
    '\n',
  );
}

function linesOfAllowed({ paths, notes, subject }: WithoutText<AllowedExplanation>): string[] {
  return [...paths.map(({ text }) => text), ...notes.map((note) => `  ${noteText(note, subject)}`)];
}

function linesOfDenied(explanation: WithoutText<DeniedExplanation>): string[] {
  const { subject, tenant, permission, instance, notes, held, conditionsMet, remedies } = explanation;
  const on = instance === undefined ? '' : ` on ${permission.split(':')[0]}:${instance}`;
  return [
    `${subject} cannot ${permission}${on} in ${tenant}.`,
    ...notes.map((note) => `  ${noteText(note, subject)}`),
    `  Holds: ${held.length === 0 ? 'nothing' : held.map(heldText).join(', ')}.`,
    ...(conditionsMet.length === 0 ? [] : [`  Conditions met: ${conditionsMet.join(', ')}.`]),
    ...(remedies.length === 0
      ? ['  No single role, link or attribute would allow it.']
      : ['  Any of these would allow it:', ...remedies.map(({ text }) => `    ${text}`)]),
  ];
}

export function disagreementText({ subject, permission }: Explanation, decided: 'allow' | 'deny'): string {
  const decision = decided === 'allow' ? 'allows' : 'denies';
  return (
    `The PDP ${decision} ${subject} ${permission} all the same: the facts have not reached it yet, or its environment ` +
    'has another policy than this table.'
  );
}

/** `Give ann the role editor in acme and set clearance of ann to "secret".` */
export function remedyText(changes: readonly Change[]): string {
  const text = changes.map(changeText).join(' and ');
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function changeText(change: Change): string {
  switch (change.kind) {
    case 'tenant-role':
      return `give ${change.user} the role ${change.role} in ${change.tenant}`;
    case 'instance-role':
      return `give ${change.user} the role ${change.role} on ${change.object}`;
    case 'relation':
      return `make ${change.subject} the ${change.relation} of ${change.object}`;
    default:
      return attributeText(change);
  }
}

function attributeText({ of, key, attribute, value }: AttributeChange): string {
  const json = JSON.stringify(value);
  if (key === undefined) return `ask with ${of}.${attribute} = ${json}`;
  return `set ${attribute} of ${of === 'tenant' ? `the tenant ${key}` : key} to ${json}`;
}

function heldText(held: HeldRole): string {
  if (held.kind !== 'tenant-role') return `${held.role} of ${held.object}`;
  const permissions = held.permissions.join(', ') || 'no permission of the policy';
  return `${held.role} in ${held.tenant} (${permissions})`;
}

function noteText(note: Note, subject: string): string {
  switch (note.kind) {
    case 'unknown-permission':
      return 'The policy has no such permission.';
    case 'unknown-user':
      return `${subject} is not among the users.`;
    case 'other-tenant':
      return `${note.object} belongs to ${note.tenant}.`;
    case 'insufficient-scope':
      return `No scope of the token covers it. These do: ${note.scopes.join(', ')}.`;
    default:
      return `${note.role} is not derived where a role is held directly, as on ${note.object}.`;
  }
}
