import type { Member, PermitDirectory } from '@latchkey/permissions/permit';
import type { DirectoryPeople } from '../../../auth/directory-person.ts';
import { isMachine } from '../../../auth/is-machine.ts';

/** Somebody in a report, as they were called when it was made. */
export interface ReportedPerson {
  /** The key in Permit. */
  readonly key: string;
  readonly name: string | null;
  readonly email?: string | null;
  readonly isMachine?: boolean;
}

/** Somebody and the roles that they hold in the organization. */
export interface HolderRow extends ReportedPerson {
  readonly roles: readonly string[];
}

/** Reads who holds a role in a tenant, by name. */
export type ReadHolders = (
  tenant: string,
  which: {
    /** Only who holds one of these. Empty: everybody with a role. */
    readonly roles: readonly string[];
    readonly onlyMachines: boolean;
    readonly limit: number;
  },
) => Promise<{ readonly total: number; readonly rows: readonly HolderRow[] }>;

/** As Permit has them now. @throws {PermitApiError} */
export function liveHolders(directory: Pick<PermitDirectory, 'listMembers'>): ReadHolders {
  return async (tenant, { roles, onlyMachines, limit }) => {
    const holders = (await directory.listMembers(tenant))
      .map(holderRow)
      .filter((one) => roles.length === 0 || roles.some((role) => one.roles.includes(role)))
      .filter((one) => !onlyMachines || one.isMachine === true)
      .toSorted((one, other) => shownNameOf(one).localeCompare(shownNameOf(other)));
    return { total: holders.length, rows: holders.slice(0, limit) };
  };
}

/** As the table of members has them. */
export function storedHolders(people: Pick<DirectoryPeople, 'holding'>): ReadHolders {
  return async (tenant, { roles, onlyMachines, limit }) => {
    const found = await people.holding(tenant, {
      roles: roles.length === 0 ? 'any' : roles,
      onlyMachines,
      limit,
    });
    return { total: found.total, rows: found.people };
  };
}

/** Attributes may be anything, and are nobody's business but Permit's. */
function holderRow({ attributes, ...member }: Member): HolderRow {
  return {
    ...member,
    ...(isMachine({ email: member.email, attributes }) && { isMachine: true }),
  };
}

/** The text by which a reader finds somebody. */
function shownNameOf({ name, email, key }: HolderRow): string {
  return name ?? email ?? key;
}
