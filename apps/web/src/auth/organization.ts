import * as v from 'valibot';

/** A Logto organization, with the user's roles in it. */
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
 * Parses Logto's userinfo, in which an organization role is `<organization id>:<role name>`. Sorted by name. With the
 * scope Logto always returns the organizations, possibly an empty list; `null` when the session lacks the scope.
 */
export function organizationsOf(userInfo: unknown): Organization[] | null {
  const { organization_data: organizations, organization_roles: roles } = v.parse(UserInfo, userInfo);
  if (organizations == null) return null;
  return organizations
    .map(({ id, name }) => ({
      id,
      name,
      roles: (roles ?? [])
        .filter((role) => role.startsWith(`${id}:`))
        .map((role) => role.slice(id.length + 1)),
    }))
    .toSorted((one, other) => one.name.localeCompare(other.name));
}
