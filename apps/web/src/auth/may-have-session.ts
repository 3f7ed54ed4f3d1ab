/**
 * Whether a user may be signed in: Logto's client has stored an ID token in this browser. The token may be for any
 * application, because the settings are not loaded yet. False if storage is blocked.
 */
export function mayHaveSession(): boolean {
  try {
    return Object.keys(localStorage).some((key) => /^logto:.+:idToken$/.test(key));
  } catch {
    return false;
  }
}
