/**
 * The active organization: a Logto id; `null` for none, which is the tenant `default`. It follows the page's URL
 * (`?org=`); the server reads the tenant from the token only.
 */
export interface ActiveOrganization {
  readonly get: () => string | null;
  readonly choose: (id: string | null) => void;
  /**
   * Logto issues no token for this organization. While it is active, no requests are sent until the user selects
   * another.
   */
  readonly refuse: (id: string) => void;
  readonly isRefused: () => boolean;
  /** Calls `listener` after each change in this tab, in order of subscription. Returns an unsubscribe function. */
  readonly subscribe: (listener: () => void) => () => void;
}

const key = 'latchkey:organization';

/** Per tab; a new tab starts with the last selected one. */
export function createActiveOrganization(): ActiveOrganization {
  const stored = sessionStorage.getItem(key) ?? localStorage.getItem(key) ?? '';
  let active = stored === '' ? null : stored;
  let refused = false;
  const listeners = new Set<() => void>();
  const remember = (id: string | null): void => {
    sessionStorage.setItem(key, id ?? '');
    localStorage.setItem(key, id ?? '');
    for (const listener of listeners) listener();
  };
  return {
    get: () => active,
    choose(id) {
      active = id;
      refused = false;
      remember(id);
    },
    refuse(id) {
      if (active !== id || refused) return;
      refused = true;
      remember(null);
    },
    isRefused: () => refused,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
