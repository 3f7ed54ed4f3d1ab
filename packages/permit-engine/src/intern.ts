/** Roles by tenant, or by instance. */
type RolesByPlace = ReadonlyMap<string, ReadonlySet<string>>;

/** Returns equal sets of roles as one object, so that a million users with the same roles hold them once. */
interface Interner {
  readonly rolesOf: (roles: readonly string[]) => ReadonlySet<string>;
  /** The sets must come from `rolesOf`. */
  readonly rolesByPlace: (roles: RolesByPlace) => RolesByPlace;
}

export function createInterner(): Interner {
  const sets = new Map<string, ReadonlySet<string>>();
  const maps = new Map<string, RolesByPlace>();
  return {
    rolesOf: (roles) => sharedIn(sets, JSON.stringify(roles), () => new Set(roles)),
    rolesByPlace: (roles) =>
      sharedIn(maps, JSON.stringify([...roles].map(([place, held]) => [place, [...held]])), () => roles),
  };
}

function sharedIn<T>(known: Map<string, T>, content: string, create: () => T): T {
  const before = known.get(content);
  if (before !== undefined) return before;
  const created = create();
  known.set(content, created);
  return created;
}
