import { logtoIdOf } from '@latchkey/directory-sync';
import type { Identity } from '../authentication/identity.ts';
import type { SignedIn } from '../platform/trpc/context.ts';
import type { PermissionsFor } from './decisions.ts';

/** The recorded status of an account. The revision changes whenever the status does. */
export interface Account {
  readonly status: 'active' | 'suspended' | 'gone';
  readonly revision: number;
}

/** The accounts of users, by Permit key. An account without a record counts as active. */
export interface Accounts {
  /** Returns the account of a user; `undefined` for a machine, and for a user without a record. */
  readonly accountOf: (subject: string) => Promise<Account | undefined>;
  readonly isActive: (subject: string) => Promise<boolean>;
  /** Returns which of these users are suspended or deleted. */
  readonly inactiveAmong: (subjects: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly suspendedAmong: (subjects: readonly string[]) => Promise<ReadonlySet<string>>;
}

/** `recordsOf` returns the records of users by Logto id. */
export function createAccounts({
  recordsOf,
}: {
  readonly recordsOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, Account>>;
}): Accounts {
  const among =
    (isWanted: (status: Account['status']) => boolean): Accounts['inactiveAmong'] =>
    async (subjects) => {
      const records = await recordsOf(subjects.map(logtoIdOf));
      return new Set(
        subjects.filter((subject) => isWanted(records.get(logtoIdOf(subject))?.status ?? 'active')),
      );
    };
  const inactiveAmong = among((status) => status !== 'active');
  return {
    async accountOf(subject) {
      const id = logtoIdOf(subject);
      return (await recordsOf([id])).get(id);
    },
    isActive: async (subject) => !(await inactiveAmong([subject])).has(subject),
    inactiveAmong,
    suspendedAmong: among((status) => status === 'suspended'),
  };
}

export interface AdmitDeps {
  /** Each refuses some callers, in this order. @throws {AppError} `SUBJECT_REVOKED` */
  readonly checks: readonly ((identity: Identity) => Promise<void>)[];
  readonly permissionsFor: PermissionsFor;
  /** Returns the call as made by the target of the view. @throws {AppError} `VIEW_AS_ENDED` */
  readonly resolveView: (caller: SignedIn, view: string) => Promise<SignedIn>;
}

/** Returns the caller or, in a view, its target. @throws {AppError} `SUBJECT_REVOKED`, `VIEW_AS_ENDED` */
export type Admit = (identity: Identity, view?: string) => Promise<SignedIn>;

export function createAdmit({ checks, permissionsFor, resolveView }: AdmitDeps): Admit {
  return async (identity, view) => {
    for (const check of checks) await check(identity); // oxlint-disable-line no-await-in-loop -- in order
    const caller = { identity, permissions: permissionsFor(identity) };
    return view === undefined ? caller : resolveView(caller, view);
  };
}
