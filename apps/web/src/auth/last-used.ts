const prefix = 'latchkey:used:';

/** Recently used palette items, newest first. The stored name is shown only if the user may still see the item. */
export interface LastUsed {
  readonly key: string;
  readonly name: string;
}

/** The value stored in this browser. */
export const lastUsedKey = (scope: string): string => prefix + scope;

/** Removes the stored items at sign-out. */
export function forgetLastUsed(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
}
