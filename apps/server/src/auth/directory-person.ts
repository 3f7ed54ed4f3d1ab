/** A member of a tenant, as a list shows them. */
export interface DirectoryPerson {
  /** The key in Permit. */
  readonly key: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly isMachine: boolean;
}

/** A member with their tenant roles, and when they last came. */
export interface HoldingPerson extends DirectoryPerson {
  readonly roles: readonly string[];
  /** ISO 8601. `null`: never, or not known. */
  readonly lastSignInAt: string | null;
}

/** Which active members: all that is given must hold. */
export interface HoldingFilter {
  /** They have one of these roles, or any role. */
  readonly roles?: 'any' | readonly string[] | undefined;
  readonly onlyMachines?: boolean | undefined;
  /** They have not signed in for so many days. */
  readonly dormantDays?: number | undefined;
}

/** The members with exactly these tenant roles. */
export interface RoleGroup {
  readonly roles: readonly string[];
  readonly members: number;
}

/** Members of a tenant, as they were last read: for names and numbers, not for decisions. */
export interface DirectoryPeople {
  /** Members whose name, e-mail address or key has every word of the text; all without a text. By name. */
  search(
    tenant: string,
    search: { readonly text: string; readonly limit: number },
  ): Promise<DirectoryPerson[]>;
  /** Those of these users who are members. */
  among(tenant: string, keys: readonly string[]): Promise<DirectoryPerson[]>;
  /** The first of the members that the filter finds, by name, and how many they are. */
  holding(
    tenant: string,
    which: HoldingFilter & { readonly limit: number },
  ): Promise<{ readonly total: number; readonly people: readonly HoldingPerson[] }>;
  /** How many members have each tenant role. */
  countByRole(tenant: string): Promise<Readonly<Record<string, number>>>;
  /** The active members by the tenant roles that they hold. */
  groups(tenant: string): Promise<RoleGroup[]>;
  /** The first of those in the groups, by name. */
  inGroups(
    tenant: string,
    which: { readonly groups: readonly RoleGroup[]; readonly limit: number },
  ): Promise<DirectoryPerson[]>;
}
