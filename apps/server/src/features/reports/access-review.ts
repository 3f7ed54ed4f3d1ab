import type { Member, PermitDirectory } from '@latchkey/permissions/permit';
import { isMachine } from '../../auth/is-machine.ts';

/** The members of a tenant and their roles, at one moment. */
export interface AccessReview {
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly members: readonly ReviewedMember[];
}

/** Attributes may be anything, and are nobody's business but Permit's. */
interface ReviewedMember extends Omit<Member, 'attributes'> {
  readonly isMachine?: boolean;
}

/** Reads the members from Permit; sorted by name. @throws {PermitApiError} */
export async function takeAccessReview(
  directory: Pick<PermitDirectory, 'listMembers'>,
  tenant: string,
): Promise<AccessReview> {
  const members = await directory.listMembers(tenant);
  const byName = members.toSorted((one, other) => displayNameOf(one).localeCompare(displayNameOf(other)));
  return {
    generatedAt: new Date().toISOString(),
    members: byName.map(({ attributes, ...member }) => ({
      ...member,
      ...(isMachine({ email: member.email, attributes }) && { isMachine: true }),
    })),
  };
}

/** The text by which a reader finds a member. */
function displayNameOf({ name, email, key }: Member): string {
  return name ?? email ?? key;
}
