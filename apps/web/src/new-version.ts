/** The entry script of the version that the page was last reloaded for: one reload per version, to prevent a loop. */
const reloadedFor = 'latchkey:reloaded-for';
/** The key that is set until the page after the reload has shown its notice. */
const announcement = 'latchkey:new-version';

const missingCode = 'The code of this page could not be loaded.';

const entryIn = (page: Document): string | undefined =>
  page.querySelector<HTMLScriptElement>('script[type=module][src]')?.getAttribute('src') ?? undefined;

/**
 * Handles Vite's event for code that could not be loaded. If a new version was deployed without the files of this one,
 * the page reloads once; typed text is stored for the tab. Otherwise an error replaces the component that could not be
 * loaded.
 */
export function reloadForNewVersion(): void {
  addEventListener('vite:preloadError', (event) => {
    // The router reloads the page if it sees the browser's own message, which would show the browser's error page while
    // offline.
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

/** The server's current entry for this page; `undefined` when it cannot be reached. */
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
 * Reloads the page, because browsers do not retry a module that failed to load. Does nothing while the server cannot be
 * reached, because that would show the browser's error page.
 */
export async function reloadIfReachable(): Promise<void> {
  if ((await servedEntry()) !== undefined) location.reload();
}

/** Whether this page was just reloaded for a new version. Returns true only once. */
export function wasReloadedForNewVersion(): boolean {
  const was = sessionStorage.getItem(announcement) !== null;
  sessionStorage.removeItem(announcement);
  return was;
}
