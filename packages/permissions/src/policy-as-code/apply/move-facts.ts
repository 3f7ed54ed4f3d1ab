import {
  holdersOfRole,
  holdersOnInstances,
  instancesOf,
  tuplesOf,
} from '../environment/environment-facts.ts';
import type { AssignedRole } from '../environment/environment-facts.ts';
import { rawApi } from '../environment/raw-api.ts';
import type { KeptFacts } from '../plan/policy-step.ts';
import type { ThrottledCaller } from './throttled-caller.ts';

/** Facts per bulk call. Permit documents a limit of 2,000 for role assignments, and none for instances and tuples. */
const bulkSize = 500;

/** Assigns the role `to` to every holder of the role `from`, in a tenant or on an instance of `resource`. */
export async function moveHolders(
  caller: ThrottledCaller,
  { resource, from, to }: { readonly resource?: string; readonly from: string; readonly to: string },
): Promise<void> {
  await moveAll(
    () =>
      resource === undefined
        ? holdersOfRole(caller.read, from)
        : holdersOnInstances(caller.read, resource, from),
    (some) =>
      assign(
        caller,
        some.map((one) => ({ ...one, role: to })),
      ),
  );
}

/** Copies the instances of `from` to the resource `to`, with their attributes, relationships and roles. */
export async function moveInstances(
  caller: ThrottledCaller,
  { from, to }: { readonly from: string; readonly to: string },
  { roles, relations }: KeptFacts,
): Promise<void> {
  const renamed = (instance: string): string =>
    instance.startsWith(`${from}:`) ? `${to}${instance.slice(from.length)}` : instance;

  await moveAll(
    () => instancesOf(caller.read, from),
    (some) =>
      caller.write(`create instances of ${to}`, (permit) =>
        rawApi(permit).put('facts', 'bulk/resource_instances', {
          operations: some.map(({ key, tenant, attributes }) => ({
            key,
            resource: to,
            tenant,
            attributes: attributes ?? {},
          })),
        }),
      ),
  );
  const present = new Set((await tuplesOf(caller.read, { objectType: to })).map(identity));
  await moveAll(
    async () =>
      (await tuplesOf(caller.read, { objectType: from }))
        .filter(({ relation }) => relations.includes(relation))
        .map(({ subject, relation, object, tenant }) => {
          return { subject: renamed(subject), relation, object: renamed(object), tenant };
        })
        .filter((tuple) => !present.has(identity(tuple))),
    (some) =>
      caller.write(`relate instances of ${to}`, (permit) =>
        permit.api.relationshipTuples.bulkRelationshipTuples(some.map((one) => ({ ...one }))),
      ),
  );
  await moveAll(
    async () =>
      (await holdersOnInstances(caller.read, from)).flatMap((one) => {
        const role = roles[one.role];
        return role === undefined
          ? []
          : [{ ...one, role, resource_instance: renamed(one.resource_instance ?? '') }];
      }),
    (some) => assign(caller, some),
  );
}

/**
 * Moves all facts that `list` returns, and repeats until it returns no new ones: applications keep writing meanwhile.
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

async function assign({ write }: ThrottledCaller, assignments: readonly AssignedRole[]): Promise<void> {
  await write('assign roles', (permit) =>
    permit.api.roleAssignments.bulkAssign(
      assignments.map(({ user, role, tenant, resource_instance }) => ({
        user,
        role,
        tenant,
        ...(resource_instance != null && { resource_instance }),
      })),
    ),
  );
}
