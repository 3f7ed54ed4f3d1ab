import type { Member, PermitDirectory } from '@latchkey/permissions/permit';

/** Who holds which role in a tenant, at one moment. */
export interface AccessReview {
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly members: readonly Member[];
}

/** Taken live from Permit, in the order of names. @throws {PermitApiError} */
export async function takeAccessReview(
  directory: Pick<PermitDirectory, 'listMembers'>,
  tenant: string,
): Promise<AccessReview> {
  const members = await directory.listMembers(tenant);
  const byName = members.toSorted((one, other) => shownOf(one).localeCompare(shownOf(other)));
  return { generatedAt: new Date().toISOString(), members: byName };
}

/** What a reader finds somebody by. */
function shownOf({ name, email, key }: Member): string {
  return name ?? email ?? key;
}
