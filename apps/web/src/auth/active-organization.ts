/** The organization in which the person works: an id of Logto; `null` is no organization, which is the tenant `default`. */
export interface ActiveOrganization {
  readonly get: () => string | null;
  readonly choose: (id: string | null) => void;
  /** The person is no longer a member of the organization: if it is still the active one, none is. */
  readonly lose: (id: string) => void;
  /** Calls `listener` after each change in this tab, first the listener that subscribed first. Returns how to stop. */
  readonly subscribe: (listener: (change: OrganizationChange) => void) => () => void;
}

export type OrganizationChange = 'chosen' | 'lost';

const key = 'latchkey:organization';

/** Each tab has its own; a new tab begins with the one that was chosen last. */
export function createActiveOrganization(): ActiveOrganization {
  const stored = sessionStorage.getItem(key) ?? localStorage.getItem(key) ?? '';
  let active = stored === '' ? null : stored;
  const listeners = new Set<(change: OrganizationChange) => void>();
  const set = (id: string | null, change: OrganizationChange): void => {
    active = id;
    sessionStorage.setItem(key, id ?? '');
    localStorage.setItem(key, id ?? '');
    for (const listener of listeners) listener(change);
  };
  return {
    get: () => active,
    choose: (id) => set(id, 'chosen'),
    lose(id) {
      if (active === id) set(null, 'lost');
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
