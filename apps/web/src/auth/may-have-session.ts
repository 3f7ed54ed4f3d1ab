/** Where Logto's client keeps the ID token of the session, in `localStorage`. */
export const idTokenKey = (appId: string): string => `logto:${appId}:idToken`;

/**
 * Whether somebody may be signed in in this browser, known without Logto's client and without the settings: then the client says
 * whether it is so. Without storage nobody is.
 */
export function mayHaveSession(): boolean {
  try {
    return Object.keys(localStorage).some((key) => /^logto:.+:idToken$/.test(key));
  } catch {
    return false;
  }
}
