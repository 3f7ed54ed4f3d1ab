import type { PermitClient } from '../../permit/client/permit-client.ts';
import {
  holdersOfRole,
  holdersOnInstances,
  instancesOf,
  tuplesOf,
} from '../environment/environment-facts.ts';
import type { AssignedRole } from '../environment/environment-facts.ts';
import type { KeptFacts } from '../plan/policy-step.ts';

/** Facts per bulk call. Permit documents a limit of 2,000 for role assignments, and none for instances and tuples. */
const bulkSize = 500;

/** Assigns the role `to` to every holder of the role `from`, in a tenant or on an instance of `resource`. */
export async function moveHolders(
  client: PermitClient,
  { resource, from, to }: { readonly resource?: string; readonly from: string; readonly to: string },
): Promise<void> {
  await moveAll(
    () => (resource === undefined ? holdersOfRole(client, from) : holdersOnInstances(client, resource, from)),
    (some) =>
      assign(
        client,
        some.map((one) => ({ ...one, role: to })),
      ),
  );
}

/** Copies the instances of `from` to the resource `to`, with their attributes, relationships and roles. */
export async function moveInstances(
  client: PermitClient,
  { from, to }: { readonly from: string; readonly to: string },
  { roles, relations }: KeptFacts,
): Promise<void> {
  const renamed = (instance: string): string =>
    instance.startsWith(`${from}:`) ? `${to}${instance.slice(from.length)}` : instance;

  await moveAll(
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
  await moveAll(
    async () =>
      (await tuplesOf(client, { object_type: from }))
        .filter(({ relation }) => relations.includes(relation))
        .map(({ subject, relation, object, tenant }) => {
          return { subject: renamed(subject), relation, object: renamed(object), tenant };
        })
        .filter((tuple) => !present.has(identity(tuple))),
    (some) => client.change('POST', '/facts/relationship_tuples/bulk', { body: { operations: some } }),
  );
  await moveAll(
    async () =>
      (await holdersOnInstances(client, from)).flatMap((one) => {
        const role = roles[one.role];
        return role === undefined
          ? []
          : [{ ...one, role, resource_instance: renamed(one.resource_instance ?? '') }];
      }),
    (some) => assign(client, some),
  );
}

/**
 * Moves all facts that `list` returns, and repeats until it returns no new ones: applications continue to write meanwhile.
 */
async function moveAll<Fact extends object>(
  list: () => Promise<readonly Fact[]>,
  move: (facts: readonly Fact[]) => Promise<unknown>,
): Promise<void> {
  const moved = new Set<string>();
  /* oxlint-disable no-await-in-loop -- the next read shows what was written during this one */
  for (;;) {
    const found = (await list()).filter((fact) => !moved.has(identity(fact)));
    if (found.length === 0) return;
    for (let at = 0; at < found.length; at += bulkSize) await move(found.slice(at, at + bulkSize));
    for (const fact of found) moved.add(identity(fact));
  }
  /* oxlint-enable no-await-in-loop */
}

/** Identifies a fact across reads: the same fields in the same order. */
function identity(fact: object): string {
  return JSON.stringify(fact);
}

async function assign(client: PermitClient, assignments: readonly AssignedRole[]): Promise<void> {
  const body = assignments.map(({ user, role, tenant, resource_instance }) => ({
    user,
    role,
    tenant,
    ...(resource_instance != null && { resource_instance }),
  }));
  await client.change('POST', '/facts/role_assignments/bulk', { body });
}
