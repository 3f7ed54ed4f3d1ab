import { organizationKey } from './organization.ts';
import { isViewing } from './view-as.ts';

const pagesPrefix = 'latchkey:pages:';
const usedPrefix = 'latchkey:used:';
const typedPrefix = 'latchkey:typed:';

/**
 * Removes the stored pages, palette items and typed text, and the active organization, which the next user may not
 * belong to. Call this at sign-out.
 */
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
  /** Stores the text, or removes it if it is empty. */
  readonly write: (text: string) => void;
}

/**
 * The typed text of one form. `person` separates users who sign in in the same tab; `field` identifies the form and its
 * subject. `organization` prevents text typed in one organization from being sent to another; `null` is the default
 * one.
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

/**
 * The pages that the user could open at the last permission check, stored in this browser. The sidebar reserves their
 * space until permissions are checked again.
 */
export interface KnownPages {
  readonly has: (page: string) => boolean;
  readonly remember: (page: string, allowed: boolean) => void;
}

/** `scope` identifies the user and the organization. */
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

/**
 * The key under which this browser stores the recently used palette items. `scope` identifies the user and the
 * organization.
 */
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

/**
 * Removes and returns the page to open after sign-in. If none is stored, returns `/`, which redirects to the first page
 * of the console.
 */
export function takeReturnPath(): string {
  const path = sessionStorage.getItem(returnPathKey);
  sessionStorage.removeItem(returnPathKey);
  return path !== null && isOwnPath(path) ? path : '/';
}
