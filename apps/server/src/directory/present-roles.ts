import {
  grantsFromLogto,
  logtoIdOf,
  parseSuspendedRoles,
  suspendedRolesAttribute,
  type LogtoManagement,
  type PermitReads,
} from '@latchkey/directory-sync';
import { directoryMapping } from '@latchkey/policy/directory';
import { isMachine } from './people.ts';
import { rolesFromLogto } from './role-source.ts';

interface Place {
  readonly tenant: string;
  readonly subject: string;
  /** `reports:<id>`. Default: the tenant. */
  readonly instance?: string | undefined;
}

export interface PresentRolesDeps {
  readonly reads: Pick<PermitReads, 'user' | 'grantsOf'>;
  /** Absent in payload mode. */
  readonly logto: LogtoManagement | undefined;
  /** Returns the grants of a user in a tenant and on its instances. */
  readonly grantsOf: (tenant: string, subject: string) => Promise<readonly PresentGrant[]>;
  readonly now: () => Date;
}

interface PresentGrant {
  readonly role: string;
  readonly instance: string | undefined;
  readonly endsAt: Date | null;
  readonly isEnding: boolean;
}

interface PresentRole {
  readonly role: string;
  /** ISO 8601; `null` for no end. */
  readonly endsAt: string | null;
}

/**
 * Creates a function that reads a user's roles, with those that a suspension has stored. Permit gets what Logto and grants
 * give, and loses what they no longer give, only later, so those roles are read from Logto and from the grants.
 * @throws {PermitApiError | LogtoApiError}
 */
export function createReadPresentRoles({ reads, logto, grantsOf, now }: PresentRolesDeps) {
  return async ({ tenant, subject, instance }: Place): Promise<PresentRole[]> => {
    const [user, assigned, found] = await Promise.all([
      reads.user(subject),
      reads.grantsOf(subject),
      grantsOf(tenant, subject),
    ]);
    const stored = parseSuspendedRoles(user?.attributes[suspendedRolesAttribute]);
    const isHere = (one: { readonly instance?: string | undefined }): boolean => one.instance === instance;
    const grants = found.filter(isHere);
    const ending = grants.filter((one) => one.isEnding || (one.endsAt !== null && one.endsAt <= now()));
    const held = new Set(
      [...assigned, ...stored].flatMap((one) => (one.tenant === tenant && isHere(one) ? [one.role] : [])),
    );
    for (const { role } of grants) held.add(role);
    for (const { role } of ending) held.delete(role);
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
