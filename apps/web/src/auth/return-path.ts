const key = 'latchkey:return-path';

/** Accepts only paths of this origin, to prevent open redirects. */
function isOwnPath(path: string): boolean {
  if (!path.startsWith('/') || !URL.canParse(path, location.origin)) return false;
  return new URL(path, location.origin).origin === location.origin;
}

/** Stores the requested page during the sign-in at Logto, for this tab. */
export function storeReturnPath(path: string): void {
  if (isOwnPath(path)) sessionStorage.setItem(key, path);
}

/**
 * Removes and returns the page to open after sign-in; `/` if none is stored, which redirects to the first page of the
 * console.
 */
export function takeReturnPath(): string {
  const path = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  return path !== null && isOwnPath(path) ? path : '/';
}
