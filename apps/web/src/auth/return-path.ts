const key = 'latchkey:return-path';

/** Only a path of this origin: what is stored is where a signed-in person is sent, so it must not lead elsewhere. */
function isOwnPath(path: string): boolean {
  if (!path.startsWith('/') || !URL.canParse(path, location.origin)) return false;
  return new URL(path, location.origin).origin === location.origin;
}

/** Remembers, for this tab and across the round trip to Logto, the page that a person wanted. */
export function keepReturnPath(path: string): void {
  if (isOwnPath(path)) sessionStorage.setItem(key, path);
}

/** The page to go to after sign-in, once; the reports when none was wanted. */
export function takeReturnPath(): string {
  const path = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  return path !== null && isOwnPath(path) ? path : '/reports';
}
