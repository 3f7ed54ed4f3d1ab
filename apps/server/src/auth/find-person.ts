import {
  defaultTenant,
  originAttribute,
  parseSuspendedRoles,
  suspendedRolesAttribute,
  type PermitReads,
} from '@latchkey/directory-sync';
import type { PermitDirectory } from '@latchkey/permissions/permit';
import { isMachine } from './is-machine.ts';

/** Somebody in a tenant. */
export interface PersonView {
  readonly key: string;
  /** The name; without one the e-mail address; without both `null`. */
  readonly name: string | null;
  readonly isMachine: boolean;
  /** Whether sync has written them: they come from Logto. */
  readonly isFromLogto: boolean;
  /** Whoever is not active is refused, whatever their roles say. */
  readonly isActive: boolean;
}

export interface FindPersonDeps {
  readonly directory: Pick<PermitDirectory, 'findUser'>;
  readonly reads: Pick<PermitReads, 'grantsOf'>;
  /** What sync has recorded of the account; `undefined`: nothing. */
  readonly accountOf: (subject: string) => Promise<{ readonly status: string } | undefined>;
}

/**
 * Somebody who has a role in the tenant or on an instance of it, also one that a suspension has taken away. Everybody whom sync
 * has written belongs to the tenant `default`. `undefined` for others: whether they exist is nothing that another tenant is told.
 * @throws {PermitApiError}
 */
export type FindPerson = (key: string, tenant: string) => Promise<PersonView | undefined>;

export function createFindPerson({ directory, reads, accountOf }: FindPersonDeps): FindPerson {
  return async (key, tenant) => {
    const [account, grants] = await Promise.all([directory.findUser(key), reads.grantsOf(key)]);
    if (account === undefined) return undefined;
    const { attributes } = account;
    const held = [...grants, ...parseSuspendedRoles(attributes[suspendedRolesAttribute])];
    const isFromLogto = attributes[originAttribute] !== undefined;
    const isHere = held.some((grant) => grant.tenant === tenant) || (tenant === defaultTenant && isFromLogto);
    if (!isHere) return undefined;
    const status = (await accountOf(key))?.status ?? 'active';
    return {
      key,
      name: account.name ?? account.email,
      isMachine: isMachine(account),
      isFromLogto,
      isActive: status === 'active',
    };
  };
}
