import { organizationKey } from './organization.ts';
import { isViewing } from './view-as.ts';

const pagesPrefix = 'latchkey:pages:';
const usedPrefix = 'latchkey:used:';
const typedPrefix = 'latchkey:typed:';

/** Removes everything that the next user must not see, including the active organization. Call this at sign-out. */
export function forgetStoredData(): void {
  const stored = [
    [localStorage, pagesPrefix],
    [localStorage, usedPrefix],
    [sessionStorage, typedPrefix],
    [localStorage, organizationKey],
    [sessionStorage, organizationKey],
  ] as const;
  for (const [storage, prefix] of stored)
    for (const key of Object.keys(storage)) if (key.startsWith(prefix)) storage.removeItem(key);
}

/** Text that was typed but not sent, stored for this tab. It survives a sign-in, a reload, and closing its sheet. */
export interface TypedText {
  readonly read: () => string;
  readonly write: (text: string) => void;
}

/**
 * The typed text of one form. `person` separates users who share a tab, `field` identifies the form and its subject,
 * and `organization` keeps text from being sent to another organization.
 */
export function typedText(person: string, field: string, organization: string | null = null): TypedText {
  const key = `${typedPrefix}${person}:${organization === null ? '' : `${organization}:`}${field}`;
  return {
    read: () => sessionStorage.getItem(key) ?? '',
    write(text) {
      if (text === '') sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, text);
    },
  };
}

/** The pages that the last permission check allowed. The sidebar reserves their space until the next check. */
export interface KnownPages {
  readonly has: (page: string) => boolean;
  readonly remember: (page: string, allowed: boolean) => void;
}

export function knownPages(scope: string): KnownPages {
  const key = pagesPrefix + scope;
  const read = (): Set<string> => new Set(localStorage.getItem(key)?.split('\n') ?? []);
  return {
    has: (page) => !isViewing() && read().has(page),
    remember(page, allowed) {
      // In a view as another user, do not store that user's pages.
      if (isViewing()) return;
      const pages = read();
      if (pages.has(page) === allowed) return;
      if (allowed) pages.add(page);
      else pages.delete(page);
      localStorage.setItem(key, [...pages].join('\n'));
    },
  };
}

/** A recently used palette item. Its stored name is shown only if the user can still view the item. */
export interface LastUsed {
  readonly key: string;
  readonly name: string;
}

export const lastUsedKey = (scope: string): string => usedPrefix + scope;

const returnPathKey = 'latchkey:return-path';

/** Accepts only paths of this origin, to prevent open redirects. */
function isOwnPath(path: string): boolean {
  if (!path.startsWith('/') || !URL.canParse(path, location.origin)) return false;
  return new URL(path, location.origin).origin === location.origin;
}

/** Stores the requested page for this tab during the sign-in at Logto. */
export function storeReturnPath(path: string): void {
  if (isOwnPath(path)) sessionStorage.setItem(returnPathKey, path);
}

/** Removes and returns the page to open after sign-in. Without one, returns `/`, which redirects to the first page. */
export function consumeReturnPath(): string {
  const path = sessionStorage.getItem(returnPathKey);
  sessionStorage.removeItem(returnPathKey);
  return path !== null && isOwnPath(path) ? path : '/';
}
