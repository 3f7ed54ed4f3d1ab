/** The display name of an object without a name of its own: its key, capitalized. */
export function defaultName(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}
