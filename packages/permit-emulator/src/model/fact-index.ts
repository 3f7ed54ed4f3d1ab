import type { JsonObject, TenantFacts, UserFacts, World } from '@latchkey/permit-engine';
import { inner, type Listener } from './table.ts';
import {
  objectOf,
  type AssignmentRecord,
  type InstanceRecord,
  type TenantRecord,
  type UserRecord,
  type TupleRecord,
} from './records.ts';

type Roles = Set<string>;

export interface FactIndex {
  readonly users: Listener<UserRecord>;
  readonly tenants: Listener<TenantRecord>;
  readonly instances: Listener<InstanceRecord>;
  readonly assignments: Listener<AssignmentRecord>;
  readonly world: Pick<
    World,
    'holdersOf' | 'resourceInstance' | 'resourceInstances' | 'tenant' | 'tenantKeys' | 'user' | 'userKeys'
  >;
  /** Includes roles of a deleted user: a bulk deletion of users retains them. */
  rolesOf(user: string): Pick<UserFacts, 'tenantRoles' | 'instanceRoles'>;
}

class UserEntry implements UserFacts {
  known = false;
  attributes: JsonObject = {};
  readonly tenantRoles = new Map<string, Roles>();
  readonly instanceRoles = new Map<string, Roles>();
}

const noRoles = new UserEntry();

/** The PDP's document has the user's other fields among the attributes. */
function attributesOf({ key, email, first_name, last_name, attributes }: UserRecord): JsonObject {
  return {
    ...(email !== null && { email }),
    ...(first_name !== null && { first_name }),
    ...(last_name !== null && { last_name }),
    ...attributes,
    key,
  };
}

export function createFactIndex(): FactIndex {
  const users = new Map<string, UserEntry>();
  const tenants = new Map<string, TenantFacts>();
  const instances = new Map<string, InstanceRecord>();
  /** object → user → roles. The set is shared with the user's own entry. */
  const holders = new Map<string, Map<string, Roles>>();

  const forget = (key: string, entry: UserEntry): void => {
    if (!entry.known && entry.tenantRoles.size === 0 && entry.instanceRoles.size === 0) users.delete(key);
  };

  const place = (entry: UserEntry, at: AssignmentRecord): [Map<string, Roles>, string, string] =>
    at.resource_instance === null
      ? [entry.tenantRoles, at.tenant, `__tenant:${at.tenant}`]
      : [entry.instanceRoles, at.resource_instance, at.resource_instance];

  const revoke = (assignment: AssignmentRecord): void => {
    const entry = users.get(assignment.user);
    if (entry === undefined) return;
    const [roles, key, object] = place(entry, assignment);
    const held = roles.get(key);
    held?.delete(assignment.role);
    if (held?.size !== 0) return;
    roles.delete(key);
    const holding = holders.get(object);
    holding?.delete(assignment.user);
    if (holding?.size === 0) holders.delete(object);
    forget(assignment.user, entry);
  };

  const grant = (assignment: AssignmentRecord): void => {
    const entry = inner(users, assignment.user, () => new UserEntry());
    const [roles, key, object] = place(entry, assignment);
    const held = inner(roles, key, () => new Set<string>());
    held.add(assignment.role);
    inner(holders, object, () => new Map<string, Roles>()).set(assignment.user, held);
  };

  return {
    users(before, after) {
      const key = (after ?? before)?.key ?? '';
      const entry = inner(users, key, () => new UserEntry());
      entry.known = after !== undefined;
      entry.attributes = after === undefined ? {} : attributesOf(after);
      forget(key, entry);
    },
    tenants(before, after) {
      if (before !== undefined && after === undefined) tenants.delete(before.key);
      if (after !== undefined) tenants.set(after.key, { attributes: after.attributes ?? {} });
    },
    instances(before, after) {
      if (before !== undefined && after === undefined) instances.delete(objectOf(before));
      if (after !== undefined) instances.set(objectOf(after), after);
    },
    assignments(before, after) {
      if (before !== undefined) revoke(before);
      if (after !== undefined) grant(after);
    },
    world: {
      user(key) {
        const entry = users.get(key);
        return entry?.known === true ? entry : undefined;
      },
      *userKeys() {
        for (const [key, { known }] of users) if (known) yield key;
      },
      tenant: (key) => tenants.get(key),
      tenantKeys: () => tenants.keys(),
      resourceInstance: (object) => instances.get(object),
      resourceInstances: () => instances.keys(),
      holdersOf: (object) => holders.get(object) ?? [],
    },
    rolesOf: (user) => users.get(user) ?? noRoles,
  };
}

export interface TupleIndex {
  readonly apply: Listener<TupleRecord>;
  readonly world: Pick<World, 'hasRelationships' | 'linksFrom' | 'subjectsOf'>;
  tuplesOf(object: string): Iterable<TupleRecord>;
}

function typeOf(object: string): string {
  return object.slice(0, object.indexOf(':'));
}

function remove(side: Map<string, Set<TupleRecord>>, end: string, tuple: TupleRecord): void {
  const tuples = side.get(end);
  tuples?.delete(tuple);
  if (tuples?.size === 0) side.delete(end);
}

export function createTupleIndex(): TupleIndex {
  /** object → tuples, and subject → tuples. Both sets share the same tuple records. */
  const into = new Map<string, Set<TupleRecord>>();
  const from = new Map<string, Set<TupleRecord>>();
  let size = 0;

  return {
    apply(before, after) {
      if (before !== undefined) {
        remove(into, before.object, before);
        remove(from, before.subject, before);
        size--;
      }
      if (after !== undefined) {
        inner(into, after.object, () => new Set()).add(after);
        inner(from, after.subject, () => new Set()).add(after);
        size++;
      }
    },
    world: {
      *subjectsOf(object, relation, subjectType) {
        for (const tuple of into.get(object) ?? []) {
          if (tuple.relation === relation && typeOf(tuple.subject) === subjectType) {
            yield tuple.subject;
          }
        }
      },
      linksFrom: (subject) => from.get(subject) ?? [],
      hasRelationships: () => size > 0,
    },
    *tuplesOf(object) {
      yield* into.get(object) ?? [];
      yield* from.get(object) ?? [];
    },
  };
}
