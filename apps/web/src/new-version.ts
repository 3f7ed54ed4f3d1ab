/** The entry of the version that a reload was for: one reload for each version, so that it cannot loop. */
const reloadedFor = 'latchkey:reloaded-for';
/** Set until the page after the reload has told of it. */
const announcement = 'latchkey:new-version';

const missingCode = 'The code of this page could not be loaded.';

const entryIn = (page: Document): string | undefined =>
  page.querySelector<HTMLScriptElement>('script[type=module][src]')?.getAttribute('src') ?? undefined;

/**
 * Vite's event for code that could not be loaded: the network is gone, or another version was deployed, which does not have the
 * files of this one. Then the page is reloaded, once; what was typed is kept for the tab. Otherwise the error shows in place of
 * what could not be loaded.
 */
export function reloadForNewVersion(): void {
  addEventListener('vite:preloadError', (event) => {
    // By the browser's message the router would reload the page, which ends in the browser's own error page when it is offline.
    event.payload.message = missingCode;
    void reloadIfReplaced();
  });
}

async function reloadIfReplaced(): Promise<void> {
  const served = await servedEntry();
  if (served === undefined || served === entryIn(document)) return;
  if (sessionStorage.getItem(reloadedFor) === served) return;
  sessionStorage.setItem(reloadedFor, served);
  sessionStorage.setItem(announcement, served);
  location.reload();
}

/** The entry that the server has for this page now; `undefined` when it cannot be reached. */
async function servedEntry(): Promise<string | undefined> {
  try {
    const response = await fetch('/', { cache: 'no-store' });
    if (!response.ok) return undefined;
    return entryIn(new DOMParser().parseFromString(await response.text(), 'text/html'));
  } catch {
    return undefined;
  }
}

/** Whether the error is about code that could not be loaded. */
export function isMissingCode(error: unknown): boolean {
  return error instanceof Error && error.message === missingCode;
}

/**
 * Loads the page again, because a browser does not ask again for a module that it could not load. Not while the server cannot
 * be reached: that would end in the browser's own error page.
 */
export async function reloadIfReachable(): Promise<void> {
  if ((await servedEntry()) !== undefined) location.reload();
}

/** Whether this page was just reloaded for a new version. True once. */
export function wasReloadedForNewVersion(): boolean {
  const was = sessionStorage.getItem(announcement) !== null;
  sessionStorage.removeItem(announcement);
  return was;
}
