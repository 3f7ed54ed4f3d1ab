export const changeKinds = [
  'create-user',
  'update-user',
  'clear-suspended-roles',
  'delete-user',
  'create-tenant',
  'update-tenant',
  'delete-tenant',
  'assign',
  'restore',
  'unassign',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/**
 * The kinds that remove access, the most severe first: the mass-change guard counts the users and tenants that they
 * affect.
 */
const removals = ['delete-user', 'delete-tenant', 'unassign'] as const satisfies readonly ChangeKind[];
export type Removal = (typeof removals)[number];

export function isRemoval(kind: string): kind is Removal {
  return removals.some((removal) => removal === kind);
}

export interface Change {
  /** The key of the user or tenant; only the report of a run has it. */
  readonly about: string | null;
  readonly kind: string;
  readonly roles: readonly { readonly role: string; readonly where: string }[];
}

export function isKnownKind(kind: string): kind is ChangeKind {
  return changeKinds.some((known) => known === kind);
}

/** Parses a line of the server: `assign viewer@default`, or in the report of a run `u-1: create-user viewer@default`. */
export function changeOf(line: string): Change {
  const [, about = null, rest = line] = /^(.+?): (.+)$/s.exec(line) ?? [];
  const [kind = '', ...grants] = rest.split(' ');
  return {
    about,
    kind,
    roles: grants.map((grant) => {
      const at = grant.indexOf('@');
      return at === -1
        ? { role: grant, where: '' }
        : { role: grant.slice(0, at), where: grant.slice(at + 1) };
    }),
  };
}

export interface Plan {
  readonly total: number;
  /** The number of changes that remove access. */
  readonly removals: number;
  /** Removals first, then in the order of `changeKinds`, then unknown kinds from a newer server. */
  readonly kinds: readonly { readonly kind: string; readonly count: number; readonly removes: boolean }[];
}

function rank(kind: string): number {
  if (isRemoval(kind)) return removals.indexOf(kind);
  return isKnownKind(kind) ? changeKinds.indexOf(kind) : changeKinds.length;
}

/** The changes of a run, counted by kind and sorted for display. */
export function planOf(changes: Readonly<Record<string, number>>): Plan {
  const kinds = Object.entries(changes)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => ({ kind, count, removes: isRemoval(kind) }))
    .toSorted((a, b) => Number(b.removes) - Number(a.removes) || rank(a.kind) - rank(b.kind));
  const sum = (which: typeof kinds): number => which.reduce((total, { count }) => total + count, 0);
  return { total: sum(kinds), removals: sum(kinds.filter(({ removes }) => removes)), kinds };
}
