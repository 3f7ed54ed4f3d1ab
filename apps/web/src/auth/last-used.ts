const prefix = 'latchkey:used:';

/** What a person chose in the palette, the last one first. The name is shown when they may still see what it names. */
export interface LastUsed {
  readonly key: string;
  readonly name: string;
}

/** What is kept in this browser. */
export const lastUsedKey = (scope: string): string => prefix + scope;

/** At sign-out the browser forgets what the person used. */
export function forgetLastUsed(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
}
