import {
  defaultTenant,
  originAttribute,
  parseSuspendedRoles,
  suspendedRolesAttribute,
  type PermitReads,
} from '@latchkey/directory-sync';
import type { Accounts } from './accounts.ts';
import type { AppDirectory } from './decisions.ts';
import { isMachine } from './people.ts';
import { AppError } from '../platform/app-error.ts';

export interface PersonView {
  readonly key: string;
  /** The name, or else the email address, or else `null`. */
  readonly name: string | null;
  readonly isMachine: boolean;
  /** Whether sync wrote the user, which means that the user comes from Logto. */
  readonly isFromLogto: boolean;
  /** Inactive users are refused regardless of their roles. */
  readonly isActive: boolean;
}

export interface FindPersonDeps {
  readonly directory: Pick<AppDirectory, 'findUser'>;
  readonly reads: Pick<PermitReads, 'grantsOf'>;
  /** Whether the user is stored as a member: in an organization, even without a role. */
  readonly isMember: (tenant: string, subject: string) => Promise<boolean>;
  readonly isActive: Accounts['isActive'];
}

/**
 * Finds a user with a role in the tenant or on one of its instances, including roles removed by a suspension, or a
 * member without a role. Every user that sync wrote belongs to the tenant `default`.
 * @throws {AppError} `PERSON_NOT_FOUND`, also for users of other tenants, whose existence must stay hidden
 * @throws {PermitApiError}
 */
export type FindPerson = (key: string, tenant: string) => Promise<PersonView>;

export function personNotFound(key: string): AppError {
  return new AppError('PERSON_NOT_FOUND', `There is no member ${key} here.`);
}

export function createFindPerson({ directory, reads, isMember, isActive }: FindPersonDeps): FindPerson {
  return async (key, tenant) => {
    const [account, grants] = await Promise.all([directory.findUser(key), reads.grantsOf(key)]);
    if (account === undefined) throw personNotFound(key);
    const { attributes } = account;
    const held = [...grants, ...parseSuspendedRoles(attributes[suspendedRolesAttribute])];
    const isFromLogto = attributes[originAttribute] !== undefined;
    const isHere =
      held.some((grant) => grant.tenant === tenant) ||
      (tenant === defaultTenant && isFromLogto) ||
      (await isMember(tenant, key));
    if (!isHere) throw personNotFound(key);
    return {
      key,
      name: account.name ?? account.email,
      isMachine: isMachine(account),
      isFromLogto,
      isActive: await isActive(key),
    };
  };
}
