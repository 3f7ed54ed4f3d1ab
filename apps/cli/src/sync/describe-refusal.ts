/** Why the guard against mass changes stopped a run before it did anything, and how to go on. */
export function describeRefusal({
  affected,
  allowed,
}: {
  readonly affected: number;
  readonly allowed: number;
}): string {
  return `Refused: ${affected} users and tenants would lose something, ${allowed} may. See "latchkey sync plan"; --force does it all the same.`;
}
