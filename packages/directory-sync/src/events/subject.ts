/**
 * The subject of a delivery and of a reconcile job. Ids are Logto's. `directory` is everything: a role that many users
 * hold was renamed or deleted.
 */
export type Subject =
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'organization'; readonly id: string }
  | { readonly kind: 'directory' };

/** The subject as text, for queues and tables: `user:<id>`, `organization:<id>` or `directory`. */
export function subjectName(subject: Subject): string {
  return subject.kind === 'directory' ? 'directory' : `${subject.kind}:${subject.id}`;
}

/** Parses the result of `subjectName`. @throws {TypeError} for any other text. */
export function subjectNamed(name: string): Subject {
  const [, kind, id] = /^(user|organization):(.+)$/s.exec(name) ?? [];
  if (name === 'directory') return { kind: 'directory' };
  if (id !== undefined && (kind === 'user' || kind === 'organization')) return { kind, id };
  throw new TypeError(`Not a subject: ${name}`);
}
