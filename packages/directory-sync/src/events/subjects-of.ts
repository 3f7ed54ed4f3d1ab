import { z } from 'zod';
import type { LogtoEventName } from './logto-event-names.ts';
import { isTestEvent, userOf, type LogtoEvent } from './logto-event.ts';

/**
 * The subjects to reconcile after an event; none for test events and events without effect in Permit. Unknown events of
 * newer Logto versions are handled by the first part of their name.
 */
export function subjectsOf(event: LogtoEvent): Subject[] {
  if (isTestEvent(event)) return [];
  const readSubjects = isKnown(event.event) ? readers[event.event] : readerOfUnknown(event.event);
  return readSubjects(event);
}

type SubjectReader = (event: LogtoEvent) => Subject[];

/** With more members than this, the whole organization is reconciled. Logto silently truncates lists, at 5,000. */
const maxMembers = 200;

const WithId = z.object({ id: z.string().min(1) });

const interactingUser: SubjectReader = (event) => subjectWithId('user', event.userId ?? event.user?.id);
const changedUser: SubjectReader = (event) =>
  subjectWithId('user', event.params?.userId ?? userOf(event)?.id);
const changedOrganization: SubjectReader = (event) =>
  subjectWithId('organization', event.params?.id ?? WithId.safeParse(event.data).data?.id);
const changedMembers: SubjectReader = (event) => {
  const organization = event.organizationId ?? event.params?.id;
  const users = [...new Set([...(event.addedUserIds ?? []), ...(event.removedUserIds ?? [])])];
  // Permit does not store applications as members.
  if (users.length === 0 && ('addedApplicationIds' in event || 'removedApplicationIds' in event)) return [];
  return users.length === 0 || users.length > maxMembers
    ? subjectWithId('organization', organization)
    : users.flatMap((id) => subjectWithId('user', id));
};
/** Everything, because mappings refer to roles by name, and no event lists the holders of a renamed or deleted role. */
const wholeDirectory: SubjectReader = () => [{ kind: 'directory' }];
const nothing: SubjectReader = () => [];

const readers: Readonly<Record<LogtoEventName, SubjectReader>> = {
  PostRegister: interactingUser,
  PostSignIn: interactingUser,
  PostSignInAdaptiveMfaTriggered: interactingUser,
  PostResetPassword: interactingUser,
  'User.Created': changedUser,
  'User.Deleted': changedUser,
  'User.Data.Updated': changedUser,
  'User.SuspensionStatus.Updated': changedUser,
  'Organization.Created': changedOrganization,
  'Organization.Deleted': changedOrganization,
  'Organization.Data.Updated': changedOrganization,
  'Organization.Membership.Updated': changedMembers,
  'Role.Deleted': wholeDirectory,
  'Role.Data.Updated': wholeDirectory,
  'OrganizationRole.Deleted': wholeDirectory,
  'OrganizationRole.Data.Updated': wholeDirectory,
  'Role.Created': nothing,
  'Role.Scopes.Updated': nothing,
  'OrganizationRole.Created': nothing,
  'OrganizationRole.Scopes.Updated': nothing,
  'Scope.Created': nothing,
  'Scope.Deleted': nothing,
  'Scope.Data.Updated': nothing,
  'OrganizationScope.Created': nothing,
  'OrganizationScope.Deleted': nothing,
  'OrganizationScope.Data.Updated': nothing,
  'Identifier.Lockout': nothing,
  'Message.RateLimited': nothing,
  'Grant.LimitExceeded': nothing,
  'TrustedDevice.Created': nothing,
  'TrustedDevice.Deleted': nothing,
};

function isKnown(name: string): name is LogtoEventName {
  return Object.hasOwn(readers, name);
}

function readerOfUnknown(name: string): SubjectReader {
  const [family = ''] = name.split('.');
  if (family === 'User') return changedUser;
  if (family === 'Organization') return changedOrganization;
  return family.startsWith('Post') ? interactingUser : nothing;
}

function subjectWithId(kind: 'user' | 'organization', id: string | null | undefined): Subject[] {
  // No Logto id contains NUL or a lone surrogate, and PostgreSQL cannot store them.
  const isUsable = typeof id === 'string' && id !== '' && !id.includes('\0') && id.isWellFormed();
  return isUsable ? [{ kind, id }] : [];
}

/** What to reconcile, by Logto id. `directory` means everything. */
export type Subject =
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'organization'; readonly id: string }
  | { readonly kind: 'directory' };

/** `user:<id>`, `organization:<id>` or `directory`, for queues and tables. */
export function subjectName(subject: Subject): string {
  return subject.kind === 'directory' ? 'directory' : `${subject.kind}:${subject.id}`;
}

/**
 * The inverse of `subjectName`.
 * @throws {TypeError} for any other text
 */
export function subjectNamed(name: string): Subject {
  const [, kind, id] = /^(user|organization):(.+)$/s.exec(name) ?? [];
  if (name === 'directory') return { kind: 'directory' };
  if (id !== undefined && (kind === 'user' || kind === 'organization')) return { kind, id };
  throw new TypeError(`Not a subject: ${name}`);
}
