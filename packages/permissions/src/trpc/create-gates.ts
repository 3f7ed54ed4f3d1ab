import { TRPCError, type TRPCProcedureBuilder, type TRPCUnsetMarker } from '@trpc/server';
import type { z } from 'zod';
import { AuthorizationUnavailableError, PermissionDeniedError } from '../errors.ts';
import type { Permissions } from '../permissions.ts';
import type { Gate } from './gate-of.ts';

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

/** Starts a procedure behind a gate. */
export interface Permitted<Permission extends string, Context, Meta, Overrides> {
  /** The permission on the resource as a whole. */
  (permission: Permission): Builder<Context, Meta, Overrides, TRPCUnsetMarker, TRPCUnsetMarker>;
  /** The permission on one instance, whose key is read from the input; `.input()` may add what the gate does not need. */
  <Input extends z.ZodType>(
    permission: Permission,
    input: Input,
    instance: (input: z.output<Input>) => string,
  ): Builder<Context, Meta, Overrides, z.input<Input>, z.output<Input>>;
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

  const permitted = (
    permission: string,
    input?: z.ZodType,
    instance?: (input: unknown) => string,
  ): OpenBuilder => {
    if (input === undefined || instance === undefined) return behind({ permission }, open);
    const gate: Gate = { permission, instanceIn: (rawInput) => instance(input.parse(rawInput)) };
    // Parsed before the gate reads it, so that a malformed input is the caller's 400.
    return behind(gate, open.input(input));
  };
  return permitted as never; // oxlint-disable-line typescript/no-unsafe-type-assertion -- see above
}

function behind(gate: Gate, builder: OpenBuilder): OpenBuilder {
  return builder.meta({ gate }).use(async ({ ctx, getRawInput, next }) => {
    await enforce(ctx, gate.permission, gate.instanceIn?.(await getRawInput()));
    return next();
  });
}

type OpenBuilder = {
  meta(meta: { gate: Gate }): OpenBuilder;
  input(schema: z.ZodType): OpenBuilder;
  use(
    middleware: (call: {
      ctx: Gated;
      getRawInput: () => Promise<unknown>;
      next: () => Promise<unknown>;
    }) => Promise<unknown>,
  ): OpenBuilder;
};

function isOpenBuilder(value: unknown): value is OpenBuilder {
  return typeof value === 'object' && value !== null && 'meta' in value && 'input' in value && 'use' in value;
}

async function enforce(ctx: Gated, permission: string, instance: string | undefined): Promise<void> {
  try {
    await ctx.permissions.require(permission, instance);
  } catch (error) {
    throw asTrpcError(error);
  }
}

/** The one mapping from this package's errors to tRPC's; anything else passes through unchanged. */
export function asTrpcError(error: unknown): unknown {
  if (error instanceof PermissionDeniedError) {
    return new TRPCError({ code: 'FORBIDDEN', message: error.message, cause: error });
  }
  if (error instanceof AuthorizationUnavailableError) {
    return new TRPCError({
      code: 'SERVICE_UNAVAILABLE',
      message: 'Permissions cannot be checked right now.',
      cause: error,
    });
  }
  return error;
}
