/**
 * Whether a user may be signed in in this browser: whether Logto's client has stored an ID token for any application,
 * because the settings are not loaded yet. False without storage.
 */
export function mayHaveSession(): boolean {
  try {
    return Object.keys(localStorage).some((key) => /^logto:.+:idToken$/.test(key));
  } catch {
    return false;
  }
}
