/** What a policy table may hold; `definePolicy` checks the references between its parts. */
export interface Policy {
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  readonly roles: Readonly<Record<string, RoleDefinition>>;
  /** The role that a person is given when first provisioned. */
  readonly defaultRole: string;
}

interface ResourceDefinition {
  /** For people; the key, capitalized, when absent. */
  readonly name?: string;
  readonly actions: readonly [string, ...string[]];
  /** Roles on one instance, each with the actions it grants there. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
}

interface RoleDefinition {
  readonly name?: string;
  /** Roles whose permissions this one has too. */
  readonly extends?: readonly string[];
  /** `resource:action`; `'*'` is every permission of the table. */
  readonly permissions: '*' | readonly string[];
}

type Resources = Policy['resources'];

type PermissionIn<R extends Resources> = {
  [K in keyof R & string]: `${K}:${R[K]['actions'][number]}`;
}[keyof R & string];

/** Holds the roles of a resource to the actions of that same resource. */
type ResourceRolesChecked<R extends Resources> = {
  readonly [K in keyof R]: { readonly roles?: Readonly<Record<string, readonly R[K]['actions'][number][]>> };
};

/** Holds `extends` to the other roles of the table. */
type InheritanceChecked<Roles> = {
  readonly [K in keyof Roles]: { readonly extends?: readonly Exclude<keyof Roles & string, K>[] };
};

/**
 * The one table that gates, UI, tests and Permit.io's configuration follow from. Names are kept as literal types, so
 * that a permission, role or resource that does not exist fails to compile wherever it is used, in this table too.
 *
 * A check that types cannot make is made here: keys follow Permit.io's pattern, inheritance has no cycle.
 * @throws {TypeError} naming the key or the cycle.
 */
export function definePolicy<
  const R extends Resources,
  const Roles extends Readonly<
    Record<
      string,
      Omit<RoleDefinition, 'permissions'> & { readonly permissions: '*' | readonly PermissionIn<R>[] }
    >
  >,
>(policy: {
  readonly resources: R & ResourceRolesChecked<R>;
  readonly roles: Roles & InheritanceChecked<Roles>;
  readonly defaultRole: keyof Roles & string;
}): { readonly resources: R; readonly roles: Roles; readonly defaultRole: keyof Roles & string } {
  for (const [resource, { actions, roles = {} }] of Object.entries<ResourceDefinition>(policy.resources)) {
    for (const key of [resource, ...actions, ...Object.keys(roles)]) assertKey(key);
  }
  for (const role of Object.keys(policy.roles)) {
    assertKey(role);
    assertAcyclic(policy.roles, role, []);
  }
  return policy;
}

/** Permit.io's pattern for every key but a user's (API schemas `ResourceCreate`, `RoleCreate`, …). */
function assertKey(key: string): void {
  if (!/^[A-Za-z0-9\-_]+$/.test(key))
    throw new TypeError(`"${key}" is no key: letters, digits, "-" and "_" only.`);
}

function assertAcyclic(roles: Policy['roles'], role: string, path: readonly string[]): void {
  const here = [...path, role];
  if (path.includes(role)) throw new TypeError(`Roles inherit in a circle: ${here.join(' → ')}.`);
  for (const parent of roles[role]?.extends ?? []) assertAcyclic(roles, parent, here);
}
