import type { FoundRow } from './found-row.ts';
import { changeable } from './review-access.ts';
import type { RowFlag } from './review.ts';

export interface EarlierRow extends Pick<FoundRow, 'subject' | 'role' | 'instance' | 'facts'> {
  readonly isKept: boolean;
}

export interface ArrangedRow extends FoundRow {
  readonly position: number;
  readonly positionByRole: number;
  readonly reviewer: string | null;
  readonly isUnchanged: boolean;
}

export interface Arrangement {
  /** The rows of the previous review by `rightOf`; `undefined` if there is no previous review. */
  readonly earlier: ReadonlyMap<string, EarlierRow> | undefined;
  /** The reviewers of tenant roles, and of roles on instances for which no owner can review. */
  readonly reviewers: readonly string[];
  /** Returns the owners who review the roles on an instance. If there are none, `reviewers` review them. */
  readonly ownersOf: (instance: string) => readonly string[];
}

/**
 * Arranges rows: users with flagged rows first, unchanged rows last. Assigns each row to a reviewer other than its
 * holder, so that the rows of a user have the same reviewer where possible, and each reviewer has about as many rows as
 * the others.
 */
export function arrangeRows(found: readonly FoundRow[], arrangement: Arrangement): ArrangedRow[] {
  const { earlier } = arrangement;
  const compared = found.map((row) => ({ ...row, ...comparison(row, earlier) }));
  const assigned = assign(compared, arrangement);
  const flagged = new Set(compared.flatMap(({ subject, flags }) => (flags.length > 0 ? [subject] : [])));
  const byUser = assigned.toSorted(
    (one, other) =>
      Number(one.isUnchanged) - Number(other.isUnchanged) ||
      Number(flagged.has(other.subject)) - Number(flagged.has(one.subject)) ||
      compareText(nameOf(one), nameOf(other)) ||
      compareText(one.subject, other.subject) ||
      compareText(one.instance ?? '', other.instance ?? '') ||
      byStrength(one, other),
  );
  const byRole = byUser.toSorted(
    (one, other) =>
      Number(one.isUnchanged) - Number(other.isUnchanged) ||
      Number(one.instance !== null) - Number(other.instance !== null) ||
      byStrength(one, other) ||
      compareText(one.instance ?? '', other.instance ?? ''),
  );
  const positionByRole = new Map(byRole.map((row, index) => [row, index]));
  return byUser.map((row, position) => ({
    ...row,
    position,
    positionByRole: positionByRole.get(row) ?? position,
  }));
}

type Placed = Pick<FoundRow, 'subject' | 'role' | 'instance'>;

/** Identifies a right across reviews. */
export function rightOf({ subject, role, instance }: Placed): string {
  return JSON.stringify([subject, role, instance]);
}

function comparison(
  row: FoundRow,
  earlier: Arrangement['earlier'],
): Pick<ArrangedRow, 'flags' | 'isUnchanged'> {
  if (earlier === undefined) return { flags: row.flags, isUnchanged: false };
  const before = earlier.get(rightOf(row));
  const change: RowFlag | undefined =
    before === undefined ? 'new' : isSame(row, before) ? undefined : 'changed';
  return {
    flags: change === undefined ? row.flags : [...row.flags, change],
    // A row that was not kept in the previous review is reviewed again.
    isUnchanged: change === undefined && before?.isKept === true,
  };
}

/** Whether the right and its source are the same as before. Its use may have changed. */
function isSame({ facts: now }: FoundRow, { facts: before }: EarlierRow): boolean {
  return compared(now) === compared(before);
}

function compared({ grants, isSuspended, isMachine, ...facts }: FoundRow['facts']): string {
  const source = changeable(facts.source);
  return JSON.stringify([
    source?.kind ?? null,
    source !== null && 'at' in source ? source.at : null,
    source !== null && 'requestId' in source ? source.requestId : null,
    source !== null && 'endsAt' in source ? source.endsAt : null,
    grants,
    isSuspended,
    isMachine,
  ]);
}

type Assigned<Row> = Row & Pick<ArrangedRow, 'reviewer'>;

function assign<Row extends Placed>(
  rows: readonly Row[],
  { reviewers, ownersOf }: Pick<Arrangement, 'reviewers' | 'ownersOf'>,
): Assigned<Row>[] {
  const load = new Map<string, number>();
  const chosen = new Map<string, string | null>();
  const choose = (subject: string, candidates: readonly string[]): string | null => {
    // A user's rows with the same candidates get the same reviewer.
    const question = JSON.stringify([subject, candidates]);
    const known = chosen.get(question);
    if (known !== undefined) return known;
    const others = candidates.filter((candidate) => candidate !== subject);
    const least = others.reduce<string | null>(
      (best, one) => (best === null || (load.get(one) ?? 0) < (load.get(best) ?? 0) ? one : best),
      null,
    );
    chosen.set(question, least);
    return least;
  };
  return rows.map((row) => {
    const owners = row.instance === null ? [] : ownersOf(row.instance);
    const reviewer =
      (owners.length === 0 ? null : choose(row.subject, owners)) ?? choose(row.subject, reviewers);
    if (reviewer !== null) load.set(reviewer, (load.get(reviewer) ?? 0) + 1);
    return { ...row, reviewer };
  });
}

function nameOf({ facts, subject }: Pick<FoundRow, 'facts' | 'subject'>): string {
  return (facts.name ?? facts.email ?? subject).normalize('NFKC').toLowerCase();
}

function byStrength(one: FoundRow, other: FoundRow): number {
  return other.facts.grants.length - one.facts.grants.length || compareText(one.role, other.role);
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
