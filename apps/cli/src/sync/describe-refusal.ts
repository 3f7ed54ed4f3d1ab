/** Explains why the mass-change guard refused a run, and how to continue. */
export function describeRefusal({
  affected,
  allowed,
}: {
  readonly affected: number;
  readonly allowed: number;
}): string {
  return `Refused: ${affected} users and tenants would lose something, ${allowed} may. See "latchkey sync plan"; --force does it all the same.`;
}
