import type { CheckedExplanation, GrantPath, HeldRole } from '@latchkey/permissions';
import type { Chain, InstanceView } from '../../directory/access-explanation.ts';
import type { RoleSource } from '../../directory/role-source.ts';

/** Converts an instance `resource:key` to its view. */
export type ViewInstance = (object: string) => InstanceView;

/** Converts the facts of an explanation to their views. */
export interface FactViews {
  readonly view: ViewInstance;
  /** The source of a tenant role. */
  readonly sourceOf: (role: string) => RoleSource | null;
}

/** The chain of a path that grants a permission. */
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

/** The chain of a role that does not grant the permission, which it ends with. */
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

/** The instances in an explanation, as `resource:key`. */
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
