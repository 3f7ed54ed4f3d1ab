/** The address of a page of this app. A page of another origin becomes the home page, so that nobody is sent elsewhere. */
export function ownPage(path: unknown, baseUrl: string): string {
  const home = new URL('/', baseUrl);
  const page = typeof path === 'string' ? URL.parse(path, home) : null;
  // `blob:https://app.example/…` has the origin of the app, and another protocol.
  const isOwn = page?.origin === home.origin && page.protocol === home.protocol && page.username === '';
  return isOwn ? page.href : home.href;
}
