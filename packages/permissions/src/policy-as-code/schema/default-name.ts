/** What something is called that has no name of its own. */
export function titleOf(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}
