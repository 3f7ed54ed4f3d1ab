import type { ActorsOption } from '../core/in-person.ts';
import type { GateCheck } from './gate-check.ts';
import type { PermissionSet } from './requirement.ts';
import type { Permissions } from '../core/permissions.ts';

/** The gate of a procedure. It is stored in the procedure's meta, where it can be read at run time. */
export interface Gate extends ActorsOption {
  /** The required permissions; if the gate's loader has `requires`, all those that an instance can require. */
  readonly requirement: PermissionSet;
  /**
   * Finds the instance to check, from the procedure's raw input and its context. Rejects with a `GateInputError` when
   * the input does not have the fields that the gate needs. Absent when the gate checks the resource as a whole.
   */
  readonly target?: ((rawInput: unknown, ctx: unknown) => Promise<GateTarget>) | undefined;
}

export interface GateTarget extends GateCheck {
  /** The result of the gate's loader; `undefined` without a loader. */
  readonly loaded?: unknown;
}

/** Checks the shape of the meta at run time, because the application defines its type. */
export function gateOf(procedure: unknown): Gate | undefined {
  if (typeof procedure !== 'function' || !('meta' in procedure)) return undefined;
  const { meta } = procedure;
  return typeof meta === 'object' && meta !== null && 'gate' in meta && isGate(meta.gate)
    ? meta.gate
    : undefined;
}

function isGate(value: unknown): value is Gate {
  return typeof value === 'object' && value !== null && 'requirement' in value;
}

/** The context that gated procedures require. */
export interface GatedContext<
  Permission extends string = string,
  Role extends string = string,
  InstancePermission extends string = never,
  ListField extends string = never,
> {
  /** The caller's permissions, created with `createPermissions`. */
  readonly permissions: Permissions<Permission, Role, InstancePermission, ListField>;
}
