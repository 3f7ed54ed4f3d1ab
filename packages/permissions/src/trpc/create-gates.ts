import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { TRPCProcedureBuilder, TRPCUnsetMarker } from '@trpc/server';
import type { ActorsOption } from '../core/in-person.ts';
import type { ResourceIn } from '../core/instance-permission.ts';
import type { ResourceRef } from '../core/permissions.ts';
import type { Mistake } from '../core/wrong.ts';
import type { Gate, GatedContext } from './gate.ts';
import {
  type GateDecision,
  type OnDecision,
  resolveTarget,
  type TargetSource,
  type UntypedBuilder,
  withGate,
} from './gate-step.ts';
import type { Found, LoadedRules } from './gate-check.ts';
import { GateInputError } from './to-trpc-error.ts';
import { toPermissionSet, type Requirement, type RequirementWithoutInstance } from './requirement.ts';

/** The permissions, and those whose check must name an instance. `never` without `permissions`: no gate compiles. */
type PermissionsIn<Context, Overrides> =
  Overrides extends GatedContext<infer Permission, infer _Role, infer InstancePermission, infer _List>
    ? [Permission, InstancePermission]
    : Context extends GatedContext<infer Permission, infer _Role, infer InstancePermission, infer _List>
      ? [Permission, InstancePermission]
      : [never, never];

type Builder<Context, Meta, Overrides, Input, Output> = TRPCProcedureBuilder<
  Context,
  Meta,
  Overrides,
  Input,
  Output,
  TRPCUnsetMarker,
  TRPCUnsetMarker,
  false
>;

type InputOf<Schema extends StandardSchemaV1> = StandardSchemaV1.InferInput<Schema>;
type OutputOf<Schema extends StandardSchemaV1> = StandardSchemaV1.InferOutput<Schema>;

interface LoaderArgument<Input, Context, Overrides> {
  readonly input: Input;
  readonly ctx: Omit<Context, keyof Overrides> & Overrides;
}

/** Loads the instance to check, once. The resolver receives it as `ctx.loaded`. */
export interface Loader<
  Input,
  Loaded,
  Permission extends string,
  Argument extends LoaderArgument<Input, unknown, unknown>,
> extends LoadedRules<Loaded, Permission> {
  /**
   * Loads the instance. If it returns `undefined` or `null`, users who have the permission regardless of the instance
   * get `NOT_FOUND`. All others get the same `FORBIDDEN` as for an existing instance, so they cannot tell whether it
   * exists. If it throws, the error becomes the procedure's error, and nothing is checked.
   */
  readonly load: (argument: Argument) => Promise<Found<Loaded>> | Found<Loaded>;
}

type InstanceOfInput =
  Mistake<'Pass the instance of the input as the third argument: ({ id }) => id, or a loader.'>;

/** A function that starts a procedure with a gate. */
export interface Permitted<Permission extends string, Context, Meta, Overrides> {
  /** Checks the permission on the resource as a whole. */
  <const Required extends Requirement<Permission>>(
    requirement: Required & RequirementWithoutInstance<Required, PermissionsIn<Context, Overrides>[1]>,
  ): Builder<Context, Meta, Overrides, TRPCUnsetMarker, TRPCUnsetMarker>;
  /**
   * Checks the permission on the resource as a whole, for a resource with instance roles:
   * `permitted('reports:delete', undefined)`.
   */
  (
    requirement: Requirement<Permission>,
    asAWhole: undefined | InstanceOfInput,
  ): Builder<Context, Meta, Overrides, TRPCUnsetMarker, TRPCUnsetMarker>;
  /**
   * Checks the permission on one instance, found from the input. `input` is a schema of any library that implements
   * Standard Schema (zod, Valibot, ArkType), synchronous or not. It contains only the fields that the gate needs; add
   * others with the procedure's `.input()`.
   */
  <P extends Permission, Schema extends StandardSchemaV1>(
    requirement: Requirement<P>,
    input: Schema,
    on: (input: OutputOf<Schema>) => ResourceRef<ResourceIn<P>>,
  ): Builder<Context, Meta, Overrides, InputOf<Schema>, OutputOf<Schema>>;
  /**
   * Loads one instance, then checks the permission on it. Use it when the check needs attributes, or when the resolver
   * needs the instance anyway. With `requires`, the instance determines which of the gate's permissions are required:
   *
   * ```ts
   * permitted(any('records:view', 'records:view-sensitive'), Id, {
   *   load: ({ input }) => findRecord(input.id),
   *   requires: ({ isSensitive }) => (isSensitive ? 'records:view-sensitive' : 'records:view'),
   *   on: ({ id }) => id,
   * })
   * ```
   */
  <P extends Permission, Schema extends StandardSchemaV1, Loaded extends NonNullable<unknown>>(
    requirement: Requirement<P>,
    input: Schema,
    loader: Loader<OutputOf<Schema>, Loaded, P, LoaderArgument<OutputOf<Schema>, Context, Overrides>>,
  ): Builder<Context, Meta, Overrides & { readonly loaded: Loaded }, InputOf<Schema>, OutputOf<Schema>>;
}

/** Options of `createGates`. */
export interface GatesOptions<Context> extends ActorsOption {
  /**
   * Called with the decision of each call's gate, before the resolver runs, for example to write an audit log. Not
   * called for `answerGates`. An error that it throws becomes the error of the call. Optional.
   */
  readonly onDecision?: ((decision: GateDecision, ctx: Context) => void) | undefined;
}

/**
 * Creates gates for a tRPC router. A procedure's first line names its permission:
 *
 * ```ts
 * const permitted = createGates(t.procedure);
 *
 * publish: permitted('reports:publish', z.object({ id: z.uuid() }), ({ id }) => id).mutation(…)
 * ```
 *
 * A denial throws `FORBIDDEN` with a `PermissionDeniedError` as its cause, an outage `SERVICE_UNAVAILABLE` with an
 * `AuthorizationUnavailableError`; in neither case does the resolver run.
 * @param base - `t.procedure` or a builder derived from it, with `{ gate?: Gate }` in its meta.
 * @throws {TypeError} when `base` is not a procedure builder of tRPC 11.2 or later.
 */
export function createGates<Context, Meta extends { readonly gate?: Gate }, Overrides>(
  base: Builder<Context, Meta, Overrides, TRPCUnsetMarker, TRPCUnsetMarker>,
  { onDecision, actors }: GatesOptions<Omit<Context, keyof Overrides> & Overrides> = {},
): Permitted<PermissionsIn<Context, Overrides>[0], Context, Meta, Overrides> {
  // TypeScript cannot infer tRPC's builder types while their parameters are generic, so `Permitted` declares the
  // result.
  const builder: unknown = base;
  if (!isUntypedBuilder(builder))
    throw new TypeError('createGates takes a procedure builder: `t.procedure`.');
  // tRPC 10 has no `concat`. Before 11.2, procedures do not expose their meta, which holds the gate.
  if (!('concat' in builder && 'meta' in builder.query(() => undefined)))
    throw new TypeError('createGates needs @trpc/server 11.2 or later: npm install @trpc/server@11');

  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the context of the procedures that `base` starts
  const listener = onDecision as OnDecision | undefined;
  const permitted = (
    required: Requirement,
    input?: StandardSchemaV1,
    source?: TargetSource,
  ): UntypedBuilder => {
    const requirement = toPermissionSet(required);
    if (input === undefined || source === undefined) {
      return withGate(builder, { gate: { requirement, actors }, onDecision: listener });
    }
    const gate: Gate = {
      requirement,
      actors,
      target: async (rawInput, ctx) =>
        resolveTarget(requirement, source, { input: await read(input, rawInput), ctx }),
    };
    // tRPC parses the input once, before the gate reads it, and refuses an invalid one with BAD_REQUEST.
    return withGate(builder.input(input), { gate, source, onDecision: listener });
  };
  return permitted as never; // oxlint-disable-line typescript/no-unsafe-type-assertion -- see above
}

async function read(schema: StandardSchemaV1, rawInput: unknown): Promise<unknown> {
  const result = await schema['~standard'].validate(rawInput);
  if (result.issues !== undefined) throw new GateInputError(result.issues);
  return result.value;
}

function isUntypedBuilder(value: unknown): value is UntypedBuilder {
  return 'use' in Object(value);
}
