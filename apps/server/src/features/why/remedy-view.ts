import {
  type Change,
  type Remedy,
  permissionsOfResourceRole,
  permissionsOfRole,
} from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { directoryMapping } from '@latchkey/policy/directory';
import type { ChangeView } from '../../directory/access-explanation.ts';
import type { ViewInstance } from './chain.ts';
import { rolesFromLogto } from '../../directory/role-source.ts';
import { parseInstance } from '../../directory/shared-resources.ts';

/** Sorts by the number of facts, then by the permissions they give, fewest first. */
export function byReach(remedies: readonly Remedy[], object: string | undefined): Remedy[] {
  const reachOf = ({ changes }: Remedy): number =>
    changes.length * 10_000 + Math.max(...changes.map((change) => changeReach(change, object)));
  return remedies.toSorted((one, other) => reachOf(one) - reachOf(other));
}

/** A role on the instance itself reaches least, then one on another instance, a relation, a role in the tenant. */
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

/** Where in Logto sync reads this attribute's value. */
function inLogto(
  attribute: string,
  value: unknown,
): Pick<Extract<ChangeView, { kind: 'attribute' }>, 'logtoPath' | 'logtoRole'> {
  const mapped = directoryMapping.attributes.find(({ name }) => name === attribute);
  const byRole = directoryMapping.roleAttributes.find(({ name }) => name === attribute);
  const role = [...(byRole?.values ?? [])].find(([, given]) => given === value);
  return { logtoPath: mapped?.path.join('.') ?? null, logtoRole: role?.[0] ?? null };
}
