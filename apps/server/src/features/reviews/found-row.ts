import { isPrivileged, type PlacedRole } from './lesser-roles.ts';
import type { ReviewedRole, ReviewScope, RowFlag } from './review.ts';

/** A right with its facts, before flags that depend on an earlier review. */
export interface FoundRow extends PlacedRole {
  readonly subject: string;
  readonly facts: ReviewedRole;
  readonly flags: readonly RowFlag[];
}

/** A right before its flags. */
export type Described = Omit<FoundRow, 'flags'> & { readonly isInactive: boolean };

/** Days without use after which a role is flagged. */
export const unusedDays = 90;
const day = 86_400_000;

/** The flags that do not depend on an earlier review. */
export function flagsOf(
  row: Described,
  {
    from,
    canTellUse,
    isOnly,
  }: { readonly from: Date; readonly canTellUse: boolean; readonly isOnly: boolean },
): RowFlag[] {
  const { facts } = row;
  const isOld = facts.since === null || from.getTime() - Date.parse(facts.since) >= unusedDays * day;
  const holds: Readonly<Partial<Record<RowFlag, boolean>>> = {
    privileged: isPrivileged(row),
    unused: canTellUse && isOld && facts.lastUsedAt === null,
    inactive: row.isInactive,
    suspended: facts.isSuspended,
    machine: facts.isMachine,
    // Nearly every report has one owner.
    'only-holder': isOnly && row.instance === null,
  };
  return (Object.keys(holds) as RowFlag[]).filter((flag) => holds[flag] === true); // oxlint-disable-line typescript/no-unsafe-type-assertion -- the keys above
}

export function isInScope(row: Described, scope: ReviewScope, flags: readonly RowFlag[]): boolean {
  const isIn: Readonly<Record<ReviewScope['kind'], boolean>> = {
    all: true,
    privileged: flags.includes('privileged'),
    instances: scope.kind === 'instances' && row.instance?.startsWith(`${scope.resource}:`) === true,
    machines: row.facts.isMachine,
    inactive: row.isInactive,
  };
  return isIn[scope.kind];
}
