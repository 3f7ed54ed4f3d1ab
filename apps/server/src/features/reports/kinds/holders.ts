import type { Member } from '@latchkey/permissions/permit';
import type { AppDirectory } from '../../../directory/decisions.ts';
import type { DirectoryPeople } from '../../../directory/directory-person.ts';
import { isMachine } from '../../../directory/people.ts';

/** A user in a report, with their name at the time of the report. */
export interface ReportedPerson {
  /** The Permit key. */
  readonly key: string;
  readonly name: string | null;
  readonly email?: string | null;
  readonly isMachine?: boolean;
}

/** A user and their roles in the organization. */
export interface HolderRow extends ReportedPerson {
  readonly roles: readonly string[];
}

/** Reads the role holders of a tenant, by name. */
export type ReadHolders = (
  tenant: string,
  which: {
    /** Only holders of one of these. Empty: every role holder. */
    readonly roles: readonly string[];
    readonly onlyMachines: boolean;
    readonly limit: number;
  },
) => Promise<{ readonly total: number; readonly rows: readonly HolderRow[] }>;

/** Reads from Permit. @throws {PermitApiError} */
export function liveHolders(directory: Pick<AppDirectory, 'listMembers'>): ReadHolders {
  return async (tenant, { roles, onlyMachines, limit }) => {
    const holders = (await directory.listMembers(tenant))
      .map(holderRow)
      .filter((one) => roles.length === 0 || roles.some((role) => one.roles.includes(role)))
      .filter((one) => !onlyMachines || one.isMachine === true)
      .toSorted((one, other) => shownNameOf(one).localeCompare(shownNameOf(other)));
    return { total: holders.length, rows: holders.slice(0, limit) };
  };
}

/** Reads from the table of members. */
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

/** Removes the attributes, which can contain any data and are needed only by Permit. */
function holderRow({ attributes, ...member }: Member): HolderRow {
  return {
    ...member,
    ...(isMachine({ email: member.email, attributes }) && { isMachine: true }),
  };
}

/** The displayed name of a user. */
function shownNameOf({ name, email, key }: HolderRow): string {
  return name ?? email ?? key;
}
