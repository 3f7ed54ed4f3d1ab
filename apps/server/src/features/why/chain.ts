import type { CheckedExplanation, GrantPath, HeldRole } from '@latchkey/permissions';

/** What an explanation tells of an instance. */
export interface InstanceView {
  readonly resource: string;
  /** `null` for an instance that is no report, and that the reader may not see. */
  readonly key: string | null;
  /** `null` when it has none, or the reader may not see it. */
  readonly title: string | null;
}

/** One node between a person and a permission. */
export type ChainNode =
  /** A role that the person holds: on what, says the next node. */
  | { readonly kind: 'role'; readonly role: string }
  /** A role that the role before includes. */
  | { readonly kind: 'included-role'; readonly role: string }
  /** A role on the instance before, by the relation. */
  | { readonly kind: 'derived-role'; readonly role: string }
  | { readonly kind: 'tenant'; readonly tenant: string }
  | { readonly kind: 'instance'; readonly instance: InstanceView }
  /** The instance before is this of the instance after. */
  | { readonly kind: 'relation'; readonly relation: string }
  | { readonly kind: 'user-set'; readonly key: string }
  | { readonly kind: 'resource-set'; readonly key: string }
  /** All instances of the resource. */
  | { readonly kind: 'resource'; readonly resource: string };

/** The nodes between a person and a permission, from left to right. */
export type Chain = readonly ChainNode[];

/** What is told of an instance that the toolkit names as `resource:key`. */
export type ViewInstance = (object: string) => InstanceView;

/** A way in which a permission is granted. */
export function chainOfPath(path: GrantPath, tenant: string, view: ViewInstance): Chain {
  switch (path.kind) {
    case 'tenant-role':
      return [
        { kind: 'role', role: path.role },
        ...path.inherits.map((role) => ({ kind: 'included-role', role }) as const),
        { kind: 'tenant', tenant },
      ];
    case 'instance-role':
      return [
        { kind: 'role', role: path.role },
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
          : { kind: 'role', role: path.holder.role },
        'resourceSet' in path.on
          ? { kind: 'resource-set', key: path.on.resourceSet }
          : { kind: 'resource', resource: path.on.resource },
      ];
  }
}

/** A role that does not grant the permission: the chain ends with it. */
export function chainOfHeld(held: HeldRole, view: ViewInstance): Chain {
  return [
    { kind: 'role', role: held.role },
    held.kind === 'tenant-role'
      ? { kind: 'tenant', tenant: held.tenant }
      : { kind: 'instance', instance: view(held.object) },
  ];
}

/** The instances that an explanation names, as `resource:key`. */
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
