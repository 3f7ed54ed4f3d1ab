import { isViewing } from './view-as.ts';

const prefix = 'latchkey:pages:';

/**
 * The pages that the user could open at the last permission check, stored in this browser. The sidebar shows them while
 * permissions cannot be checked; the server still authorizes every request.
 */
export interface KnownPages {
  readonly has: (page: string) => boolean;
  readonly remember: (page: string, allowed: boolean) => void;
}

/** `scope` identifies the user and the organization. */
export function knownPages(scope: string): KnownPages {
  const key = prefix + scope;
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

/** Removes the stored pages at sign-out. */
export function forgetKnownPages(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
}
