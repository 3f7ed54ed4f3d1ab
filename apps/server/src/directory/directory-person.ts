import { z } from 'zod';
import { StorableText } from '../platform/text-input.ts';

/** A member of a tenant, for lists. */
export interface DirectoryPerson {
  /** The Permit key. */
  readonly key: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly isMachine: boolean;
}

/** A member with their tenant roles and last sign-in. */
export interface HoldingPerson extends DirectoryPerson {
  readonly roles: readonly string[];
  /** ISO 8601. `null`: never or unknown. */
  readonly lastSignInAt: string | null;
}

/** Filters active members; all given conditions must hold. */
export interface HoldingFilter {
  /** Members with one of these roles, or with any role. */
  readonly roles?: 'any' | readonly string[] | undefined;
  readonly onlyMachines?: boolean | undefined;
  /** Members who have not signed in for this many days. */
  readonly dormantDays?: number | undefined;
}

/** The members with exactly these tenant roles. */
export interface RoleGroup {
  readonly roles: readonly string[];
  readonly members: number;
}

/** The members of a tenant as last read: for names and counts, not for decisions. */
export interface DirectoryPeople {
  /**
   * Members whose name, email address or key contains every word of the text; all members if there is no text. Sorted
   * by name.
   */
  search(
    tenant: string,
    search: { readonly text: string; readonly limit: number },
  ): Promise<DirectoryPerson[]>;
  /** The members among these users. */
  among(tenant: string, keys: readonly string[]): Promise<DirectoryPerson[]>;
  /** The members that match the filter, by name from an offset (default: 0), and their total number. */
  holding(
    tenant: string,
    which: HoldingFilter & { readonly limit: number; readonly offset?: number },
  ): Promise<{ readonly total: number; readonly people: readonly HoldingPerson[] }>;
  /** The number of members per tenant role. */
  countByRole(tenant: string): Promise<Readonly<Record<string, number>>>;
  /** The active members grouped by their tenant roles. */
  groups(tenant: string): Promise<RoleGroup[]>;
  /** The first members of the groups, by name. */
  inGroups(
    tenant: string,
    which: { readonly groups: readonly RoleGroup[]; readonly limit: number },
  ): Promise<DirectoryPerson[]>;
}

/** A user's Permit key. */
export const PersonKey = z
  .string()
  .max(300)
  .regex(/^[A-Za-z0-9|@+\-._]+$/);

/** A search text. */
export const SearchText = StorableText.trim().max(100);
