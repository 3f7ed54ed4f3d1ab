import {
  type CheckedExplanation,
  type GrantPath,
  type HeldRole,
  type Change,
  type Remedy,
  permissionsOfResourceRole,
  permissionsOfRole,
} from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { directoryMapping } from '@latchkey/policy/directory';
import type { Chain, InstanceView, ChangeView } from '../../directory/access-explanation.ts';
import { type RoleSource, rolesFromLogto } from '../../directory/role-source.ts';
import { parseInstance } from '../../directory/shared-resources.ts';

/** Converts an instance `resource:key` to its view. */
export type ViewInstance = (object: string) => InstanceView;

export interface FactViews {
  readonly view: ViewInstance;
  readonly sourceOf: (role: string) => RoleSource | null;
}

export function chainOfPath(path: GrantPath, tenant: string, { view, sourceOf }: FactViews): Chain {
  switch (path.kind) {
    case 'tenant-role':
      return [
        { kind: 'role', role: path.role, source: sourceOf(path.role) },
        ...path.inherits.map((role) => ({ kind: 'included-role', role }) as const),
        { kind: 'tenant', tenant },
      ];
    case 'instance-role':
      return [
        { kind: 'role', role: path.role, source: null },
        { kind: 'instance', instance: view(path.object) },
        ...path.derives.flatMap(({ relation, object, role }): Chain => [
          { kind: 'relation', relation },
          { kind: 'instance', instance: view(object) },
          ...(role === path.role ? [] : [{ kind: 'derived-role', role } as const]),
        ]),
      ];
    default:
      return [
        'userSet' in path.holder
          ? { kind: 'user-set', key: path.holder.userSet }
          : { kind: 'role', role: path.holder.role, source: sourceOf(path.holder.role) },
        'resourceSet' in path.on
          ? { kind: 'resource-set', key: path.on.resourceSet }
          : { kind: 'resource', resource: path.on.resource },
      ];
  }
}

export function chainOfHeld(held: HeldRole, { view, sourceOf }: FactViews): Chain {
  const { role } = held;
  return held.kind === 'tenant-role'
    ? [
        { kind: 'role', role, source: sourceOf(role) },
        { kind: 'tenant', tenant: held.tenant },
      ]
    : [
        { kind: 'role', role, source: null },
        { kind: 'instance', instance: view(held.object) },
      ];
}

/** Returns the instances in an explanation, as `resource:key`. */
export function objectsIn(explanation: CheckedExplanation): Set<string> {
  const { permission, instance } = explanation;
  const asked = instance === undefined ? [] : [`${permission.split(':')[0]}:${instance}`];
  if (explanation.outcome === 'allow')
    return new Set([
      ...asked,
      ...explanation.paths.flatMap((path) =>
        path.kind === 'instance-role' ? [path.object, ...path.derives.map(({ object }) => object)] : [],
      ),
    ]);
  return new Set([
    ...asked,
    ...explanation.held.flatMap((held) => (held.kind === 'instance-role' ? [held.object] : [])),
    ...explanation.remedies.flatMap(({ changes }) =>
      changes.flatMap((change) => {
        if (change.kind === 'instance-role') return [change.object];
        return change.kind === 'relation' ? [change.subject, change.object] : [];
      }),
    ),
  ]);
}

/** The smallest remedy comes first: by the number of changes, and then by how far these reach. */
export function smallestFirst(remedies: readonly Remedy[], object: string | undefined): Remedy[] {
  const reachOf = ({ changes }: Remedy): number =>
    changes.length * 10_000 + Math.max(...changes.map((change) => changeReach(change, object)));
  return remedies.toSorted((one, other) => reachOf(one) - reachOf(other));
}

/** A role on the instance itself reaches least, then one on another instance, a relation, and a role in the tenant. */
function changeReach(change: Change, object: string | undefined): number {
  switch (change.kind) {
    case 'instance-role':
      return (change.object === object ? 0 : 1_000) + permissionsOn(change.object, change.role);
    case 'relation':
      return 2_000;
    case 'tenant-role':
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a key of the policy itself
      return 3_000 + permissionsOfRole(policy, change.role as never).length;
    default:
      return 4_000;
  }
}

function permissionsOn(object: string, role: string): number {
  const { resource } = parseInstance(object);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of the policy itself
  return permissionsOfResourceRole(policy, resource as never, role as never).length;
}

export function changeView(change: Change, view: ViewInstance): ChangeView {
  switch (change.kind) {
    case 'tenant-role':
      return {
        kind: 'tenant-role',
        role: change.role,
        inLogto: rolesFromLogto(change.tenant).has(change.role),
      };
    case 'instance-role':
      return { kind: 'instance-role', role: change.role, instance: view(change.object) };
    case 'relation': {
      const { relation, subject, object } = change;
      return { kind: 'relation', subject: view(subject), relation, object: view(object) };
    }
    default: {
      const { of, attribute, value } = change;
      return {
        kind: 'attribute',
        of,
        attribute,
        value,
        ...(of === 'user' ? inLogto(attribute, value) : nowhere),
      };
    }
  }
}

const nowhere = { logtoPath: null, logtoRole: null };

/** Returns from where in Logto sync reads this value of the attribute. */
function inLogto(
  attribute: string,
  value: unknown,
): Pick<Extract<ChangeView, { kind: 'attribute' }>, 'logtoPath' | 'logtoRole'> {
  const mapped = directoryMapping.attributes.find(({ name }) => name === attribute);
  const byRole = directoryMapping.roleAttributes.find(({ name }) => name === attribute);
  const role = [...(byRole?.values ?? [])].find(([, given]) => given === value);
  return { logtoPath: mapped?.path.join('.') ?? null, logtoRole: role?.[0] ?? null };
}
