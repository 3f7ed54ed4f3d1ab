import { z } from 'zod';
import { StorableText } from '../platform/text-input.ts';

export interface DirectoryPerson {
  /** The Permit key. */
  readonly key: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly isMachine: boolean;
}

export interface RoleHolder extends DirectoryPerson {
  readonly roles: readonly string[];
  /** ISO 8601. `null`: never or unknown. */
  readonly lastSignInAt: string | null;
}

/** Filters active members; all given conditions must hold. */
export interface HolderFilter {
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
  /** Members whose name, email address or key contains every word; without a text, all members. Sorted by name. */
  search(
    tenant: string,
    search: { readonly text: string; readonly limit: number },
  ): Promise<DirectoryPerson[]>;
  among(tenant: string, keys: readonly string[]): Promise<DirectoryPerson[]>;
  /** The members that match the filter, by name from an offset (default: 0), and their total number. */
  holders(
    tenant: string,
    which: HolderFilter & { readonly limit: number; readonly offset?: number },
  ): Promise<{ readonly total: number; readonly people: readonly RoleHolder[] }>;
  countByRole(tenant: string): Promise<Readonly<Record<string, number>>>;
  /** The active members grouped by their tenant roles. */
  groups(tenant: string): Promise<RoleGroup[]>;
  inGroups(
    tenant: string,
    which: { readonly groups: readonly RoleGroup[]; readonly limit: number },
  ): Promise<DirectoryPerson[]>;
}

export const PersonKey = z
  .string()
  .max(300)
  .regex(/^[A-Za-z0-9|@+\-._]+$/);

export const SearchText = StorableText.trim().max(100);
