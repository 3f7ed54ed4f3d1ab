import {
  type Derivations,
  grantedPermissions,
  type ResourceSchema,
  type RoleSchema,
} from '../schema/policy-schema.ts';
import { keysOf, stepBetween, stepToMove } from './compare-values.ts';
import type { KeptFacts, PolicyStep, StepValues } from './policy-step.ts';
import type { Comparison, Renames } from './renames.ts';

interface Pair {
  readonly resource: string;
  readonly before: ResourceSchema | undefined;
  readonly after: ResourceSchema | undefined;
  /** By their old keys in `before`. */
  readonly renamedRoles: ReadonlyMap<string, string>;
}

const none: ReadonlyMap<string, string> = new Map();

/** Relations link two resources, and derivations use relations and roles, so both come last. */
export function planResources({ wanted, present, renames }: Comparison): PolicyStep[] {
  const pairs = keysOf(wanted.resources, present.resources).map((resource): Pair => {
    return {
      resource,
      before: present.resources.get(resource),
      after: wanted.resources.get(resource),
      renamedRoles: renames.resourceRoles.get(resource) ?? none,
    };
  });
  const newName = ({ resource }: Pair): Pair | undefined => {
    const key = renames.resources.get(resource);
    return pairs.find((pair) => pair.resource === key);
  };
  // Permit removes the relations and derivations of a removed resource with it.
  const retained = pairs.filter(({ after }) => after !== undefined);
  return [
    ...pairs.flatMap((pair) => [
      planResource(pair, newName(pair), renames.resources),
      ...(pair.after === undefined ? [] : [...planParts(pair), ...planResourceRoles(pair)]),
    ]),
    ...retained.flatMap(planRelations),
    ...retained.flatMap(planDerivations),
  ];
}

function planResource(
  { resource: key, before, after }: Pair,
  moved: Pair | undefined,
  renamed: Renames['resources'],
): PolicyStep {
  if (before !== undefined && moved?.after !== undefined)
    return planMove(key, before, { ...moved, after: moved.after, renamed });
  const isNew = before === undefined && after !== undefined;
  return stepBetween('resource', {
    key,
    before: before && { key, name: before.name },
    after: after && {
      key,
      name: after.name,
      ...(isNew && { actions: after.actions, attributes: Object.fromEntries(after.attributes) }),
    },
  });
}

/** Destructive if the new resource lacks a role or relation (to the same resource), whose facts cannot be moved. */
function planMove(
  key: string,
  before: ResourceSchema,
  {
    resource,
    after,
    renamedRoles,
    renamed,
  }: Pair & { readonly after: ResourceSchema; readonly renamed: Renames['resources'] },
): PolicyStep {
  const roles = [...before.roles.keys()].map((role) => [role, renamedRoles.get(role) ?? role] as const);
  const relations = [...before.relations]
    .filter(([relation, to]) => after.relations.get(relation) === (renamed.get(to) ?? to))
    .map(([relation]) => relation);
  const kept: KeptFacts = {
    roles: Object.fromEntries(roles.filter(([, role]) => after.roles.has(role))),
    relations,
    resources: Object.fromEntries(renamed),
  };
  return stepToMove('resource', {
    key,
    before: { key, name: before.name },
    after: { key: resource, name: after.name, kept },
    destructive:
      relations.length < before.relations.size || Object.keys(kept.roles).length < before.roles.size,
  });
}

/** A new resource is created together with its actions and attributes. */
function planParts({ resource, before, after }: Pair): PolicyStep[] {
  if (before === undefined || after === undefined) return [];
  const steps: PolicyStep[] = [];
  for (const key of new Set([...after.actions, ...before.actions])) {
    const sideOf = ({ actions }: ResourceSchema) => (actions.includes(key) ? { resource, key } : undefined);
    steps.push(
      stepBetween('action', { key: `${resource}:${key}`, before: sideOf(before), after: sideOf(after) }),
    );
  }
  for (const key of keysOf(after.attributes, before.attributes)) {
    const sideOf = ({ attributes }: ResourceSchema): StepValues['attribute'] | undefined => {
      const type = attributes.get(key);
      return type === undefined ? undefined : { resource, key, type };
    };
    steps.push(
      stepBetween('attribute', { key: `${resource}.${key}`, before: sideOf(before), after: sideOf(after) }),
    );
  }
  return steps.filter(({ change }) => change !== 'unchanged');
}

function planResourceRoles({ resource, before, after, renamedRoles }: Pair): PolicyStep[] {
  const upToDate = upToDateRoles(after?.roles ?? new Map(), before?.roles ?? new Map());
  const sideOf = (side: ResourceSchema | undefined, key: string): StepValues['resource role'] | undefined => {
    const role = side?.roles.get(key);
    return role && { resource, key, name: role.name, permissions: role.permissions, extends: role.extends };
  };
  return keysOf(after?.roles, before?.roles).map((role) => {
    const sides = { before: sideOf(before, role), after: sideOf(after, role) };
    const moved = sideOf(after, renamedRoles.get(role) ?? '');
    if (sides.before !== undefined && moved !== undefined) {
      return stepToMove('resource role', { key: `${resource}#${role}`, before: sides.before, after: moved });
    }
    const same = sides.before?.name === sides.after?.name && upToDate.has(role);
    return stepBetween('resource role', { key: `${resource}#${role}`, ...sides, same });
  });
}

function planRelations({ resource, before, after }: Pair): PolicyStep[] {
  const sideOf = (side: ResourceSchema | undefined, key: string): StepValues['relation'] | undefined => {
    const to = side?.relations.get(key);
    return to === undefined ? undefined : { resource, key, to };
  };
  return keysOf(after?.relations, before?.relations).map((key) =>
    stepBetween('relation', {
      key: `${resource}.${key}`,
      before: sideOf(before, key),
      after: sideOf(after, key),
      isImmutable: true,
    }),
  );
}

function planDerivations({ resource, before, after }: Pair): PolicyStep[] {
  // Permit removes the derivations that use a replaced relation.
  const isRetained = (via: string): boolean => {
    const to = after?.relations.get(via);
    return to === undefined || to === before?.relations.get(via);
  };
  return [...(after?.roles ?? [])].flatMap(([key, role]) => {
    const none = { resource, key, from: [], onlyWithoutDirectRole: false };
    const present = before?.roles.get(key)?.derivations;
    const sides = {
      before:
        present &&
        derivationsOf(
          { resource, key },
          { ...present, from: present.from.filter(({ via }) => isRetained(via)) },
        ),
      after: derivationsOf({ resource, key }, role.derivations),
    };
    if (sides.before === undefined && sides.after === undefined) return [];
    return [stepBetween('derivations', { key: `${resource}#${key}`, ...sides, after: sides.after ?? none })];
  });
}

function derivationsOf(
  role: { readonly resource: string; readonly key: string },
  { from, onlyWithoutDirectRole }: Derivations,
): StepValues['derivations'] | undefined {
  return from.length === 0 && !onlyWithoutDirectRole ? undefined : { ...role, from, onlyWithoutDirectRole };
}

export function planRoles({ wanted, present, renames }: Comparison): PolicyStep[] {
  const upToDate = upToDateRoles(wanted.roles, present.roles);
  return keysOf(wanted.roles, present.roles).map((key) => {
    const before = roleOf(present.roles, key);
    const after = roleOf(wanted.roles, key);
    const moved = roleOf(wanted.roles, renames.roles.get(key));
    if (before !== undefined && moved !== undefined) return stepToMove('role', { key, before, after: moved });
    return stepBetween('role', {
      key,
      before,
      after,
      same: before?.name === after?.name && upToDate.has(key),
    });
  });
}

function roleOf(roles: Roles, key = '') {
  const role = roles.get(key);
  return role && { key, ...role };
}

type Roles = ReadonlyMap<string, RoleSchema>;

/**
 * Roles that need no step: the role and all roles that it extends already grant exactly their wanted permissions. A step
 * for an extended role would change this role too. Only roles in `present` can extend others.
 */
function upToDateRoles(wanted: Roles, present: Roles): ReadonlySet<string> {
  const isUpToDate = (role: string, descendants: readonly string[]): boolean => {
    const after = wanted.get(role);
    const before = present.get(role);
    if (after === undefined || before === undefined || descendants.includes(role)) return false;
    const granted = grantedPermissions(present, role);
    const grantsSame =
      after.permissions.length === granted.size && after.permissions.every((one) => granted.has(one));
    return grantsSame && before.extends.every((parent) => isUpToDate(parent, [...descendants, role]));
  };
  return new Set([...wanted.keys()].filter((role) => isUpToDate(role, [])));
}
