/** What a delivery speaks of. `directory` is everything: a role that many hold was renamed or deleted. */
export type Subject =
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'organization'; readonly id: string }
  | { readonly kind: 'directory' };

/** As it stands in queues and tables: `user:dy6ffbz3ca5d`. */
export function subjectName(subject: Subject): string {
  return subject.kind === 'directory' ? 'directory' : `${subject.kind}:${subject.id}`;
}

/** @throws {TypeError} for a text that `subjectName` did not make. */
export function subjectNamed(name: string): Subject {
  const [, kind, id] = /^(user|organization):(.+)$/s.exec(name) ?? [];
  if (name === 'directory') return { kind: 'directory' };
  if (id !== undefined && (kind === 'user' || kind === 'organization')) return { kind, id };
  throw new TypeError(`Not a subject: ${name}`);
}
