/** A member of a tenant, as a list shows them. */
export interface DirectoryPerson {
  /** The key in Permit. */
  readonly key: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly isMachine: boolean;
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
