import type { Member, PermitDirectory } from '@latchkey/permissions/permit';

/** The members of a tenant and their roles, at one moment. */
export interface AccessReview {
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly members: readonly Member[];
}

/** Reads the members from Permit; sorted by name. @throws {PermitApiError} */
export async function takeAccessReview(
  directory: Pick<PermitDirectory, 'listMembers'>,
  tenant: string,
): Promise<AccessReview> {
  const members = await directory.listMembers(tenant);
  const byName = members.toSorted((one, other) => displayNameOf(one).localeCompare(displayNameOf(other)));
  return { generatedAt: new Date().toISOString(), members: byName };
}

/** The text by which a reader finds a member. */
function displayNameOf({ name, email, key }: Member): string {
  return name ?? email ?? key;
}
