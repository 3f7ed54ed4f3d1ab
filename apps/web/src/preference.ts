/** A user's preference, stored in this browser. */
type Preference = 'language' | 'theme';

const keyOf = (preference: Preference): string => `latchkey:${preference}`;

export function readPreference(preference: Preference): string | null {
  try {
    return localStorage.getItem(keyOf(preference));
  } catch {
    return null;
  }
}

/** Notifies of a change in another tab of this browser. */
export function onPreferenceChange(preference: Preference, listener: () => void): void {
  addEventListener('storage', ({ key }) => {
    if (key === keyOf(preference)) listener();
  });
}

/** `null` removes the choice. */
export function writePreference(preference: Preference, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(keyOf(preference));
    else localStorage.setItem(keyOf(preference), value);
  } catch {
    // The preference lasts only as long as the page.
  }
}
