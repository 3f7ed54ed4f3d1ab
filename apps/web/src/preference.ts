/** A user's preference, stored in this browser. */
type Preference = 'language' | 'theme' | 'let-end';

const keyOf = (preference: Preference): string => `latchkey:${preference}`;

export function readPreference(preference: Preference): string | null {
  try {
    return localStorage.getItem(keyOf(preference));
  } catch {
    return null;
  }
}

/** Calls `listener` when another tab of this browser changes the preference. */
export function onPreferenceChange(preference: Preference, listener: () => void): void {
  addEventListener('storage', ({ key }) => {
    if (key === keyOf(preference)) listener();
  });
}

/** Stores the preference; `null` removes it. */
export function writePreference(preference: Preference, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(keyOf(preference));
    else localStorage.setItem(keyOf(preference), value);
  } catch {
    // Without storage, the preference lasts only as long as the page.
  }
}
