/** The URL of a page of this app. A URL of another origin becomes the home page, to prevent open redirects. */
export function ownPage(path: unknown, baseUrl: string): string {
  const home = new URL('/', baseUrl);
  const page = typeof path === 'string' ? URL.parse(path, home) : null;
  // `blob:https://app.example/…` has the app's origin but another protocol.
  const isOwn = page?.origin === home.origin && page.protocol === home.protocol && page.username === '';
  return isOwn ? page.href : home.href;
}
