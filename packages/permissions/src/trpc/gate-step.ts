import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Decision, DecisionSource } from '../core/decision.ts';
import { AuthorizationUnavailableError, PermissionDeniedError, type OutageCause } from '../core/errors.ts';
import { permissionsAtGate } from '../core/in-person.ts';
import { instanceOf, type ResourceRef } from '../core/permissions.ts';
import { checkOfLoaded, type LoadedRules, requirePermissions } from './gate-check.ts';
import type { Gate, GatedContext, GateTarget } from './gate.ts';
import type { PermissionSet } from './requirement.ts';
import { toTrpcError, withTrpcError } from './to-trpc-error.ts';

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
  /** From the input that tRPC has parsed; `gate.target` takes unparsed input. */
  readonly source?: TargetSource;
  readonly onDecision: OnDecision | undefined;
}

export function withGate(builder: UntypedBuilder, { gate, source, onDecision }: GateParts): UntypedBuilder {
  return builder.meta({ gate }).use(async ({ ctx, path, type, input, next }) => {
    const pass: GatePass = { path, type, gate, startedAt: performance.now() };
    let { permissions } = ctx;
    try {
      permissions = permissionsAtGate(permissions, gate);
      const bounded = permissions === ctx.permissions ? ctx : { ...ctx, permissions };
      if (source !== undefined)
        pass.target = await resolveTarget(gate.requirement, source, { input, ctx: bounded });
      const check = pass.target ?? { requirement: gate.requirement, on: undefined };
      const onSource = onDecision && ((from: DecisionSource) => (pass.source = from));
      const decision = await requirePermissions(permissions, check, onSource);
      onDecision?.(allowedBy(pass, decision), ctx);
    } catch (error) {
      const refusal = onDecision && refusedBy(pass, error);
      if (refusal !== undefined) onDecision?.(refusal, ctx);
      throw toTrpcError(error);
    }
    const isLoader = typeof source === 'object';
    const more = isLoader || permissions !== ctx.permissions;
    return withTrpcError(
      await next(
        more ? { ctx: { permissions, ...(isLoader && { loaded: pass.target?.loaded }) } } : undefined,
      ),
    );
  });
}

type Middleware = (call: {
  readonly ctx: GatedContext;
  readonly path: string;
  readonly type: GateDecision['type'];
  readonly input: unknown;
  readonly next: (changes?: { readonly ctx: object }) => Promise<object>;
}) => Promise<object>;

export interface UntypedBuilder {
  meta(meta: { readonly gate: Gate }): UntypedBuilder;
  input(schema: StandardSchemaV1): UntypedBuilder;
  use(middleware: Middleware): UntypedBuilder;
  query(resolver: () => unknown): object;
}

/** The decision of a gate on one call. */
export interface GateDecision {
  /** The procedure's path: `reports.publish`. */
  readonly path: string;
  /** The procedure's type. */
  readonly type: 'query' | 'mutation' | 'subscription';
  /** The decisive permission: the first one allowed or denied; without a decision, the gate's first. */
  readonly permission: string;
  /** The instance key; `undefined` for the resource as a whole. */
  readonly instance: string | undefined;
  readonly outcome: 'allow' | 'deny' | 'unavailable';
  /** Absent when the outcome is `unavailable`. */
  readonly decision?: Decision | undefined;
  /** Only when the outcome is `unavailable`. */
  readonly outage?: OutageCause | undefined;
  /** Where the decision came from; absent when the decider does not report it. */
  readonly source?: DecisionSource | undefined;
  /** How long the gate took, including its loader, in milliseconds. */
  readonly duration: number;
}

interface GatePass extends Pick<GateDecision, 'path' | 'type'> {
  readonly gate: Gate;
  /** Milliseconds of a monotonic clock. */
  readonly startedAt: number;
  target?: GateTarget | undefined;
  source?: DecisionSource | undefined;
}

function allowedBy({ path, type, startedAt, target, source }: GatePass, decision: Decision): GateDecision {
  const duration = performance.now() - startedAt;
  const instance = instanceOf(target?.on);
  const { outcome, permission } = decision;
  return { path, type, permission, instance, outcome, decision, source, duration };
}

/** `undefined` for an error that is no decision, such as an invalid input or a missing instance. */
function refusedBy(
  { path, type, gate, startedAt, target, source }: GatePass,
  error: unknown,
): GateDecision | undefined {
  const duration = performance.now() - startedAt;
  if (error instanceof PermissionDeniedError) {
    const { decision, instance } = error;
    const { outcome, permission } = decision;
    return { path, type, permission, instance, outcome, decision, source, duration };
  }
  if (error instanceof AuthorizationUnavailableError) {
    const [permission] = gate.requirement.permissions;
    const instance = instanceOf(target?.on);
    return { path, type, permission, instance, outcome: 'unavailable', outage: error.outage, duration };
  }
  return undefined;
}
