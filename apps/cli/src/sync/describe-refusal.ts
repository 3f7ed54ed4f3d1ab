/** Says why the mass-change guard stopped a run before its first change, and how to continue. */
export function describeRefusal({
  affected,
  allowed,
}: {
  readonly affected: number;
  readonly allowed: number;
}): string {
  return `Refused: ${affected} users and tenants would lose something, ${allowed} may. See "latchkey sync plan"; --force does it all the same.`;
}
