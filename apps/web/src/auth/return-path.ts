const key = 'latchkey:return-path';

/** Only a path of this origin is accepted: anything else would be an open redirect. */
function isOwnPath(path: string): boolean {
  if (!path.startsWith('/') || !URL.canParse(path, location.origin)) return false;
  return new URL(path, location.origin).origin === location.origin;
}

/** Stores the requested page during the sign-in at Logto, for this tab. */
export function storeReturnPath(path: string): void {
  if (isOwnPath(path)) sessionStorage.setItem(key, path);
}

/** Removes and returns the page to open after sign-in; `/` when none is stored, which leads to the first page of the console. */
export function takeReturnPath(): string {
  const path = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  return path !== null && isOwnPath(path) ? path : '/';
}
