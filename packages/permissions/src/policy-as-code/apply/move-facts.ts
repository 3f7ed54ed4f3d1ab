import type { PermitClient } from '../../permit/client/permit-client.ts';
import { valueOf } from '../../core/records.ts';
import {
  type AssignedRole,
  holdersOfRole,
  holdersOnInstances,
  instancesOf,
  tuplesOf,
} from '../environment/environment-facts.ts';
import type { KeptFacts } from '../plan/policy-step.ts';

/**
 * Facts in one bulk call. Permit documents a limit of 2,000 for role assignments, and none for instances and tuples.
 */
const bulkSize = 500;

/** Moves what has been written since, and takes back what has been removed since. */
export type MoveAgain = () => Promise<void>;

/** In a tenant, or on an instance of `resource`. */
export async function moveHolders(
  client: PermitClient,
  { resource, from, to }: { readonly resource?: string; readonly from: string; readonly to: string },
): Promise<MoveAgain> {
  return moveAll(
    () => (resource === undefined ? holdersOfRole(client, from) : holdersOnInstances(client, resource, from)),
    (some) =>
      assign(
        client,
        some.map((one) => ({ ...one, role: to })),
      ),
    (one) => unassign(client, { ...one, role: to }),
  );
}

/** With their attributes, relationships and roles. */
export async function moveInstances(
  client: PermitClient,
  { from, to }: { readonly from: string; readonly to: string },
  { roles, relations, resources }: KeptFacts,
): Promise<MoveAgain> {
  const renamed = (instance: string): string => {
    const colon = instance.indexOf(':');
    const resource = instance.slice(0, colon);
    return `${valueOf(resources, resource) ?? resource}${instance.slice(colon)}`;
  };

  const ofInstances = await moveAll(
    () => instancesOf(client, from),
    (some) =>
      client.change('PUT', '/facts/bulk/resource_instances', {
        body: {
          operations: some.map(({ key, tenant, attributes }) => ({
            key,
            resource: to,
            tenant,
            attributes: attributes ?? {},
          })),
        },
      }),
  );
  const present = new Set((await tuplesOf(client, { object_type: to })).map(identity));
  const ofTuples = await moveAll(
    async () =>
      (await tuplesOf(client, { object_type: from }))
        .filter(({ relation }) => relations.includes(relation))
        .map(({ subject, relation, object, tenant }) => {
          return { subject: renamed(subject), relation, object: renamed(object), tenant };
        })
        .filter((tuple) => !present.has(identity(tuple))),
    (some) => client.change('POST', '/facts/relationship_tuples/bulk', { body: { operations: some } }),
    ({ subject, relation, object }) =>
      client.change('DELETE', '/facts/relationship_tuples', {
        body: { subject, relation, object },
        unless: 404,
      }),
  );
  const ofRoles = await moveAll(
    async () =>
      (await holdersOnInstances(client, from)).flatMap((one) => {
        const role = valueOf(roles, one.role);
        return role === undefined
          ? []
          : [{ ...one, role, resource_instance: renamed(one.resource_instance ?? '') }];
      }),
    (some) => assign(client, some),
    (one) => unassign(client, one),
  );
  return async () => {
    await ofInstances();
    await ofTuples();
    await ofRoles();
  };
}

/**
 * Repeats the move until nothing has changed, because applications continue to write. `undo` removes the copy of a fact
 * that has been removed since.
 */
async function moveAll<Fact extends object>(
  list: () => Promise<readonly Fact[]>,
  move: (facts: readonly Fact[]) => Promise<unknown>,
  undo: (fact: Fact) => Promise<unknown> = async () => {},
): Promise<MoveAgain> {
  const moved = new Map<string, Fact>();
  const again = async () => {
    /* oxlint-disable no-await-in-loop -- the next read shows what was written during this one */
    for (;;) {
      const listed = new Map((await list()).map((fact) => [identity(fact), fact]));
      const found = [...listed].filter(([id]) => !moved.has(id));
      const gone = [...moved].filter(([id]) => !listed.has(id));
      if (found.length === 0 && gone.length === 0) return;
      for (let at = 0; at < found.length; at += bulkSize)
        await move(found.slice(at, at + bulkSize).map(([, fact]) => fact));
      for (const [id, fact] of found) moved.set(id, fact);
      for (const [id, fact] of gone) {
        await undo(fact);
        moved.delete(id);
      }
    }
    /* oxlint-enable no-await-in-loop */
  };
  await again();
  return again;
}

/** Across reads, a fact has the same fields in the same order. */
function identity(fact: object): string {
  return JSON.stringify(fact);
}

async function assign(client: PermitClient, assignments: readonly AssignedRole[]): Promise<void> {
  await client.change('POST', '/facts/role_assignments/bulk', { body: assignments.map(bodyOf) });
}

async function unassign(client: PermitClient, assignment: AssignedRole): Promise<void> {
  await client.change('DELETE', '/facts/role_assignments', { body: bodyOf(assignment), unless: 404 });
}

function bodyOf({ user, role, tenant, resource_instance }: AssignedRole) {
  return { user, role, tenant, ...(resource_instance != null && { resource_instance }) };
}
