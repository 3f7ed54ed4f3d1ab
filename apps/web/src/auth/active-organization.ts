/**
 * The organization in which the person works: an id of Logto; `null` is no organization, which is the tenant `default`. It
 * follows the address of the page (`?org=`); the server takes the tenant from the token alone.
 */
export interface ActiveOrganization {
  readonly get: () => string | null;
  readonly choose: (id: string | null) => void;
  /** Logto gives the person no token for this organization. If it is still the active one, nothing is asked for until one is chosen. */
  readonly refuse: (id: string) => void;
  readonly isRefused: () => boolean;
  /** Calls `listener` after each change in this tab, first the listener that subscribed first. Returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
}

const key = 'latchkey:organization';

/** Each tab has its own; a new tab begins with the one that was chosen last. */
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
