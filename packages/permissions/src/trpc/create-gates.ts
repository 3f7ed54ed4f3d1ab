import type { TRPCProcedureBuilder, TRPCUnsetMarker } from '@trpc/server';
import type { z } from 'zod';
import type { ResourceRef, Permissions, ResourceIn } from '../permissions.ts';
import { enforce } from './require-permissions.ts';
import type { Gate, GateTarget } from './router-gates.ts';
import { severalOf, type Requirement } from './requirement.ts';

/** What a procedure's context must hold for gates to work. */
export interface Gated<Permission extends string = string, Role extends string = string> {
  readonly permissions: Permissions<Permission, Role>;
}

/** The permissions that the procedure's context knows; `never`, so that nothing can be gated, when it knows none. */
type PermissionIn<Context, Overrides> =
  Overrides extends Gated<infer Permission>
    ? Permission
    : Context extends Gated<infer Permission>
      ? Permission
      : never;

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

/** What a loader is called with: the gate's own input, and the procedure's context. */
interface LoaderCall<Input, Context, Overrides> {
  readonly input: Input;
  readonly ctx: Omit<Context, keyof Overrides> & Overrides;
}

/** Fetches what the question is about, once: the resolver finds it as `ctx.loaded`. */
export interface Loader<
  Input,
  Loaded,
  Permission extends string,
  Call extends LoaderCall<Input, unknown, unknown>,
> {
  readonly load: (call: Call) => Promise<Loaded> | Loaded;
  readonly on: (loaded: NoInfer<Loaded>) => ResourceRef<ResourceIn<Permission>>;
}

/** Starts a procedure behind a gate. */
export interface Permitted<Permission extends string, Context, Meta, Overrides> {
  /** On the resource as a whole. */
  (requirement: Requirement<Permission>): Builder<Context, Meta, Overrides, TRPCUnsetMarker, TRPCUnsetMarker>;
  /** On one instance, read from the input; `.input()` may add what the gate does not need. */
  <P extends Permission, Input extends z.ZodType>(
    requirement: Requirement<P>,
    input: Input,
    on: (input: z.output<Input>) => ResourceRef<ResourceIn<P>>,
  ): Builder<Context, Meta, Overrides, z.input<Input>, z.output<Input>>;
  /** On one instance that is fetched first, because its attributes matter or the resolver needs it anyway. */
  <P extends Permission, Input extends z.ZodType, Loaded>(
    requirement: Requirement<P>,
    input: Input,
    loader: Loader<z.output<Input>, Loaded, P, LoaderCall<z.output<Input>, Context, Overrides>>,
  ): Builder<Context, Meta, Overrides & { readonly loaded: Loaded }, z.input<Input>, z.output<Input>>;
}

/**
 * Gates for a tRPC router. The procedure's first line names its permission:
 *
 * ```ts
 * publish: permitted('reports:publish', z.object({ id: z.uuid() }), ({ id }) => id).mutation(…)
 * ```
 *
 * A deny throws `FORBIDDEN` with a `PermissionDeniedError` as its cause, an outage `SERVICE_UNAVAILABLE` with an
 * `AuthorizationUnavailableError`; in both cases the resolver does not run.
 */
export function createGates<Context, Meta extends { readonly gate?: Gate }, Overrides>(
  base: Builder<Context, Meta, Overrides, TRPCUnsetMarker, TRPCUnsetMarker>,
): Permitted<PermissionIn<Context, Overrides>, Context, Meta, Overrides> {
  // tRPC's builder types cannot be followed while its parameters are open; `Permitted` says what comes out.
  const open: unknown = base;
  if (!isOpenBuilder(open)) throw new TypeError('createGates takes a procedure builder: `t.procedure`.');

  const permitted = (named: Requirement, input?: z.ZodType, about?: About): OpenBuilder => {
    const requirement = severalOf(named);
    if (input === undefined || about === undefined) return behind({ requirement }, open);
    const gate: Gate = {
      requirement,
      target: async (rawInput, ctx) => gateTarget(about, { input: input.parse(rawInput), ctx }),
    };
    // Parsed before the gate reads it, so that a malformed input is the caller's 400.
    return behind(gate, open.input(input));
  };
  return permitted as never; // oxlint-disable-line typescript/no-unsafe-type-assertion -- see above
}

type About =
  | ((input: unknown) => ResourceRef)
  | {
      readonly load: (call: { input: unknown; ctx: unknown }) => unknown;
      readonly on: (loaded: unknown) => ResourceRef;
    };

async function gateTarget(about: About, call: { input: unknown; ctx: unknown }): Promise<GateTarget> {
  if (typeof about === 'function') return { on: about(call.input) };
  const loaded = await about.load(call);
  return { on: about.on(loaded), loaded };
}

function behind(gate: Gate, builder: OpenBuilder): OpenBuilder {
  return builder.meta({ gate }).use(async ({ ctx, getRawInput, next }) => {
    const matter = await gate.target?.(await getRawInput(), ctx);
    await enforce(ctx.permissions, gate.requirement, matter?.on);
    return next({ ctx: matter === undefined ? {} : { loaded: matter.loaded } });
  });
}

type OpenBuilder = {
  meta(meta: { gate: Gate }): OpenBuilder;
  input(schema: z.ZodType): OpenBuilder;
  use(
    middleware: (call: {
      ctx: Gated;
      getRawInput: () => Promise<unknown>;
      next: (options: { ctx: object }) => Promise<unknown>;
    }) => Promise<unknown>,
  ): OpenBuilder;
};

function isOpenBuilder(value: unknown): value is OpenBuilder {
  return typeof value === 'object' && value !== null && 'meta' in value && 'input' in value && 'use' in value;
}
