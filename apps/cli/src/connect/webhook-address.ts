/** The path of the server's endpoint for Logto's events. */
export const webhookPath = '/api/webhooks/logto';

/** Whether a URL is a server's endpoint for Logto's events. */
export function isOwnEndpoint(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.replace(/\/+$/, '').endsWith(webhookPath);
}

/** A URL without user, password and query, which may be secrets. */
export function addressOf(url: string): string {
  if (!URL.canParse(url)) return 'no URL';
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
