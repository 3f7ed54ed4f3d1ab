/** The display name of an object without a name: its key, capitalized. */
export function defaultName(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}
