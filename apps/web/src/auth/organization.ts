import * as v from 'valibot';
import { createListeners } from '../listeners.ts';

/**
 * The active organization: a Logto id; `null` for none, which is the tenant `default`. It follows the page's URL
 * (`?org=`); the server reads the tenant from the token only.
 */
export interface ActiveOrganization {
  readonly get: () => string | null;
  readonly choose: (id: string | null) => void;
  /** Call this when Logto issues no token for it. No requests are sent until the user selects another. */
  readonly refuse: (id: string) => void;
  readonly isRefused: () => boolean;
  /** Calls `listener` after each change in this tab, in order of subscription. Returns an unsubscribe function. */
  readonly subscribe: (listener: () => void) => () => void;
}

export const organizationKey = 'latchkey:organization';

/** Creates the active organization of this tab. A new tab starts with the organization that was selected last. */
export function createActiveOrganization(): ActiveOrganization {
  const stored = sessionStorage.getItem(organizationKey) ?? localStorage.getItem(organizationKey) ?? '';
  let active = stored === '' ? null : stored;
  let refused = false;
  const { notify, subscribe } = createListeners();
  const remember = (id: string | null): void => {
    sessionStorage.setItem(organizationKey, id ?? '');
    localStorage.setItem(organizationKey, id ?? '');
    notify();
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
    subscribe,
  };
}

export interface Organization {
  readonly id: string;
  readonly name: string;
  /** Names of Logto organization roles, for example `admin`. */
  readonly roles: readonly string[];
}

const UserInfo = v.object({
  organization_data: v.nullish(v.array(v.object({ id: v.string(), name: v.string() }))),
  organization_roles: v.nullish(v.array(v.string())),
});

/**
 * Parses Logto's userinfo, in which an organization role is `<organization id>:<role name>`. Sorted by name; equal names
 * get the end of the id. With the scope Logto always returns the organizations, possibly an empty list; `null` when the
 * session lacks the scope.
 */
export function organizationsOf(userInfo: unknown): Organization[] | null {
  const { organization_data: organizations, organization_roles: roles } = v.parse(UserInfo, userInfo);
  if (organizations == null) return null;
  return organizations
    .map(({ id, name }) => ({
      id,
      name: organizations.filter((one) => one.name === name).length > 1 ? `${name} (…${id.slice(-6)})` : name,
      roles: (roles ?? [])
        .filter((role) => role.startsWith(`${id}:`))
        .map((role) => role.slice(id.length + 1)),
    }))
    .toSorted((one, other) => one.name.localeCompare(other.name));
}
