import { grantsFromLogto, logtoIdOf, type LogtoManagement, type PermitReads } from '@latchkey/directory-sync';
import { directoryMapping } from '@latchkey/policy/directory';
import { readHeldRoles } from './held-roles.ts';
import { isMachine } from './people.ts';
import { rolesFromLogto } from './role-source.ts';

export interface PresentRolesDeps {
  readonly reads: Pick<PermitReads, 'user' | 'grantsOf'>;
  /** Absent in payload mode. */
  readonly logto: LogtoManagement | undefined;
  /** Returns the grants of a user in a tenant and on its instances. */
  readonly grantsOf: (
    tenant: string,
    subject: string,
  ) => Promise<
    readonly {
      readonly role: string;
      readonly instance: string | undefined;
      readonly endsAt: Date | null;
      readonly isEnding: boolean;
    }[]
  >;
  readonly now: () => Date;
}

/**
 * Creates a function that reads a user's roles in the tenant or on the instance, with those that a suspension has stored.
 * `endsAt`: ISO 8601; `null` for no end. Permit gets what Logto and grants give, and loses what they no longer give, only
 * later, so those roles are read from Logto and from the grants.
 * @throws {PermitApiError | LogtoApiError}
 */
export function createReadPresentRoles({ reads, logto, grantsOf, now }: PresentRolesDeps) {
  return async (place: {
    readonly tenant: string;
    readonly subject: string;
    readonly instance?: string | undefined;
  }) => {
    const { tenant, subject, instance } = place;
    const [{ user, assigned, stored }, found] = await Promise.all([
      readHeldRoles(reads, place),
      grantsOf(tenant, subject),
    ]);
    const isHere = (one: { readonly instance?: string | undefined }): boolean => one.instance === instance;
    const grants = found.filter(isHere);
    const held = new Set([...assigned, ...stored].filter(isHere).map(({ role }) => role));
    for (const { role } of grants) held.add(role);
    for (const { role, isEnding, endsAt } of grants)
      if (isEnding || (endsAt !== null && endsAt <= now())) held.delete(role);
    if (instance === undefined && logto !== undefined && user !== undefined && !isMachine(user)) {
      const { grants: given } = await grantsFromLogto(logtoIdOf(subject), {
        logto,
        mapping: directoryMapping,
      });
      for (const role of rolesFromLogto(tenant)) {
        if (given.some((one) => one.tenant === tenant && one.role === role)) held.add(role);
        else held.delete(role);
      }
    }
    return [...held].map((role) => ({
      role,
      endsAt: grants.find((one) => one.role === role)?.endsAt?.toISOString() ?? null,
    }));
  };
}
