import * as v from 'valibot';

/** An organization of Logto, with the person's roles in it. */
export interface Organization {
  readonly id: string;
  readonly name: string;
  /** Names of Logto's organization roles, as `admin`. */
  readonly roles: readonly string[];
}

const UserInfo = v.object({
  organization_data: v.nullish(v.array(v.object({ id: v.string(), name: v.string() }))),
  organization_roles: v.nullish(v.array(v.string())),
});

/**
 * Reads Logto's userinfo, in which a role of an organization is `<organization id>:<role name>`. Sorted by name. Logto always names
 * the organizations, be it none; `null` is a session without the scope for them.
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
