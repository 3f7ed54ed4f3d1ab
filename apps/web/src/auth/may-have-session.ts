/**
 * Whether somebody may be signed in in this browser: whether Logto's client keeps an ID token, for whatever application, because the
 * settings are not known yet. Without storage nobody is.
 */
export function mayHaveSession(): boolean {
  try {
    return Object.keys(localStorage).some((key) => /^logto:.+:idToken$/.test(key));
  } catch {
    return false;
  }
}
