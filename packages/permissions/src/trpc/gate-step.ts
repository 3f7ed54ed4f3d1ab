import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ResourceRef } from '../permissions.ts';
import { asTrpcError } from './as-trpc-error.ts';
import type { GatedContext } from './gated-context.ts';
import type { Gate, GateTarget } from './gate.ts';
import { allowedBy, refusedBy, type GateDecision, type GatePass } from './gate-decision.ts';
import { requirePermissions } from './require-permissions.ts';

/** Where a gate finds its target: a function of the input, or a loader. */
export type TargetSource =
  | ((input: unknown) => ResourceRef)
  | {
      readonly load: (argument: { input: unknown; ctx: unknown }) => unknown;
      readonly on: (loaded: unknown) => ResourceRef;
    };

export async function resolveTarget(
  source: TargetSource,
  argument: { input: unknown; ctx: unknown },
): Promise<GateTarget> {
  if (typeof source === 'function') return { on: source(argument.input) };
  const loaded = await source.load(argument);
  return { on: source.on(loaded), loaded };
}

export type OnDecision = (decision: GateDecision, ctx: GatedContext) => void;

interface GateParts {
  readonly gate: Gate;
  /** Where the call finds its target, in the input that tRPC has parsed. `gate.target` is for inputs that nobody has parsed. */
  readonly source?: TargetSource;
  readonly tell: OnDecision | undefined;
}

/** The gate as a step of tRPC's. */
export function gateStep({ gate, source, tell = () => {} }: GateParts): Step {
  return async ({ ctx, path, input, next }) => {
    const pass: GatePass = { path, gate, startedAt: performance.now() };
    try {
      if (source !== undefined) pass.target = await resolveTarget(source, { input, ctx });
      const question = { requirement: gate.requirement, on: pass.target?.on };
      const decision = await requirePermissions(ctx.permissions, question, (source) => {
        pass.source = source;
      });
      tell(allowedBy(pass, decision), ctx);
    } catch (error) {
      const refusal = refusedBy(pass, error);
      if (refusal !== undefined) tell(refusal, ctx);
      throw asTrpcError(error);
    }
    // Without a new context there is nothing to copy.
    return typeof source === 'object' ? next({ ctx: { loaded: pass.target?.loaded } }) : next();
  };
}

/**
 * tRPC parses the input before the gate reads it: once, and a malformed input is the caller's 400. Its own step that parses and the
 * gate are one step, because a step costs tRPC several times what a gate costs.
 */
export function withInputAndGate(
  builder: UntypedBuilder,
  schema: StandardSchemaV1,
  parts: GateParts,
): UntypedBuilder {
  const { gate } = parts;
  const decide = gateStep(parts);
  const withInput = builder.input(schema);
  const { inputs, middlewares } = withInput._def;
  const parse = middlewares.at(-1);
  // A tRPC that keeps its steps elsewhere takes two.
  if (parse === undefined) return withInput.meta({ gate }).use(decide);
  const step: Step = (options) =>
    parse({
      ...options,
      next: (parsed) =>
        decide({
          ...options,
          input: parsed?.input,
          next: (decided) => options.next({ ...decided, input: parsed?.input }),
        }),
    });
  return builder.concat({
    _def: { procedure: true, inputs: inputs.slice(-1), middlewares: [step], meta: { gate } },
  });
}

type Step = (options: {
  readonly ctx: GatedContext;
  readonly path: string;
  readonly input: unknown;
  readonly next: (options?: { readonly ctx?: object; readonly input?: unknown }) => Promise<unknown>;
}) => Promise<unknown>;

/** tRPC's builder, whatever its types. */
export interface UntypedBuilder {
  meta(meta: { readonly gate: Gate }): UntypedBuilder;
  input(schema: StandardSchemaV1): UntypedBuilder;
  use(step: Step): UntypedBuilder;
  concat(builder: {
    readonly _def: BuilderDefinition & { readonly meta: { readonly gate: Gate } };
  }): UntypedBuilder;
  readonly _def: BuilderDefinition;
}

interface BuilderDefinition {
  readonly procedure: true;
  readonly inputs: readonly unknown[];
  readonly middlewares: readonly Step[];
}
