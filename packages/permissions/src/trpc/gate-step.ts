import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { DecisionSource } from '../core/decision.ts';
import { permissionsAtGate } from '../core/in-person.ts';
import type { ResourceRef } from '../core/permissions.ts';
import { toTrpcError, withTrpcError } from './to-trpc-error.ts';
import type { Gate, GateTarget, GatedContext } from './gate.ts';
import { allowedBy, refusedBy, type GateDecision, type GatePass } from './gate-decision.ts';
import { checkOfLoaded, type LoadedRules, requirePermissions } from './gate-check.ts';
import type { PermissionSet } from './requirement.ts';

/** How a gate finds its target: a function of the input, or a loader. */
export type TargetSource =
  | ((input: unknown) => ResourceRef)
  | (LoadedRules<unknown, string> & {
      readonly load: (argument: { input: unknown; ctx: unknown }) => unknown;
    });

export async function resolveTarget(
  requirement: PermissionSet,
  source: TargetSource,
  argument: { input: unknown; ctx: unknown },
): Promise<GateTarget> {
  if (typeof source === 'function') return { requirement, on: source(argument.input) };
  const loaded = await source.load(argument);
  return { ...checkOfLoaded(requirement, source, loaded), loaded };
}

export type OnDecision = (decision: GateDecision, ctx: GatedContext) => void;

interface GateParts {
  readonly gate: Gate;
  /** Finds the call's target from the input that tRPC has parsed. `gate.target` is for unparsed inputs. */
  readonly source?: TargetSource;
  readonly onDecision: OnDecision | undefined;
}

/** Adds the gate to the builder: its meta, and a middleware that checks the permission. */
export function withGate(builder: UntypedBuilder, { gate, source, onDecision }: GateParts): UntypedBuilder {
  return builder.meta({ gate }).use(async ({ ctx, path, type, input, next }) => {
    const pass: GatePass = { path, type, gate, startedAt: performance.now() };
    try {
      if (source !== undefined) pass.target = await resolveTarget(gate.requirement, source, { input, ctx });
      const check = pass.target ?? { requirement: gate.requirement, on: undefined };
      const onSource = onDecision && ((from: DecisionSource) => (pass.source = from));
      const decision = await requirePermissions(permissionsAtGate(ctx.permissions, gate), check, onSource);
      onDecision?.(allowedBy(pass, decision), ctx);
    } catch (error) {
      const refusal = onDecision && refusedBy(pass, error);
      if (refusal !== undefined) onDecision?.(refusal, ctx);
      throw toTrpcError(error);
    }
    const more = typeof source === 'object' ? { ctx: { loaded: pass.target?.loaded } } : undefined;
    return withTrpcError(await next(more));
  });
}

/** A tRPC middleware. */
type Middleware = (call: {
  readonly ctx: GatedContext;
  readonly path: string;
  readonly type: GateDecision['type'];
  readonly input: unknown;
  readonly next: (changes?: { readonly ctx: object }) => Promise<object>;
}) => Promise<object>;

/** tRPC's builder, untyped. */
export interface UntypedBuilder {
  meta(meta: { readonly gate: Gate }): UntypedBuilder;
  input(schema: StandardSchemaV1): UntypedBuilder;
  use(middleware: Middleware): UntypedBuilder;
  query(resolver: () => unknown): object;
}
