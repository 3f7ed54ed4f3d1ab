import { isViewing } from './view-as.ts';

const prefix = 'latchkey:pages:';

/**
 * The pages that a person could open when their permissions were last checked, in this browser. For the sidebar while they cannot
 * be checked: the server decides whatever is opened.
 */
export interface KnownPages {
  readonly has: (page: string) => boolean;
  readonly remember: (page: string, allowed: boolean) => void;
}

/** `scope` names the person and the organization. */
export function knownPages(scope: string): KnownPages {
  const key = prefix + scope;
  const read = (): Set<string> => new Set(localStorage.getItem(key)?.split('\n') ?? []);
  return {
    has: (page) => !isViewing() && read().has(page),
    remember(page, allowed) {
      // What somebody else can open is not kept as one's own.
      if (isViewing()) return;
      const pages = read();
      if (pages.has(page) === allowed) return;
      if (allowed) pages.add(page);
      else pages.delete(page);
      localStorage.setItem(key, [...pages].join('\n'));
    },
  };
}

/** At sign-out the browser forgets what the person could open. */
export function forgetKnownPages(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
}
