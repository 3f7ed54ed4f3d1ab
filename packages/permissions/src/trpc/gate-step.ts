import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { DecisionSource } from '../decision.ts';
import { permissionsAtGate } from '../in-person.ts';
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

/** Resolves with what the gate adds to the call, when the call is allowed. */
type Admit = (call: Call) => Promise<Changes | undefined>;

function admission({ gate, source, tell }: GateParts): Admit {
  return async ({ ctx, path, input }) => {
    const pass: GatePass = { path, gate, startedAt: tell === undefined ? 0 : performance.now() };
    try {
      if (source !== undefined) pass.target = await resolveTarget(source, { input, ctx });
      const question = { requirement: gate.requirement, on: pass.target?.on };
      const onSource = tell && ((from: DecisionSource) => (pass.source = from));
      const decision = await requirePermissions(permissionsAtGate(ctx.permissions, gate), question, onSource);
      tell?.(allowedBy(pass, decision), ctx);
    } catch (error) {
      const refusal = tell && refusedBy(pass, error);
      if (refusal !== undefined) tell?.(refusal, ctx);
      throw asTrpcError(error);
    }
    // Without a new context there is nothing to copy.
    return typeof source === 'object' ? { ctx: { loaded: pass.target?.loaded } } : undefined;
  };
}

/** The gate as a step of tRPC's. */
export function withGate(builder: UntypedBuilder, parts: GateParts): UntypedBuilder {
  const admit = admission(parts);
  const step: Step = async (call) => call.next(await admit(call));
  const joined = (resolve: Step): Step => {
    return async (call) => resolve(changed(call, await admit(call)));
  };
  return finishedInOneStep(builder.meta({ gate: parts.gate }).use(step), step, joined);
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
  const withInput = builder.input(schema);
  const { inputs, middlewares } = withInput._def;
  const parse = middlewares.at(-1);
  // A tRPC that keeps its steps elsewhere takes two.
  if (parse === undefined) return withGate(withInput, parts);
  const admit = admission(parts);
  const parsed = (call: Call, next: (call: Call, changes: Changes) => Promise<unknown>): Promise<unknown> =>
    parse({
      ...call,
      async next({ input } = {}) {
        const withInput = { ...call, input };
        return next(withInput, { ...(await admit(withInput)), input });
      },
    });
  const step: Step = (call) => parsed(call, (_, changes) => call.next(changes));
  const joined = (resolve: Step): Step => {
    return (call) => parsed(call, (withInput, changes) => resolve(changed(withInput, changes)));
  };
  const gated = builder.concat({
    _def: { procedure: true, inputs: inputs.slice(-1), middlewares: [step], meta: { gate } },
  });
  return finishedInOneStep(gated, step, joined);
}

/** The call as its next step gets it from tRPC. */
function changed(call: Call, changes: Changes | undefined): Call {
  if (changes?.ctx === undefined) return call;
  return { ...call, ctx: { ...call.ctx, ...changes.ctx } };
}

/**
 * The same builder. Where the resolver follows at once, the gate's step and tRPC's own step around the resolver become one,
 * for the same reason; of a tRPC that keeps its steps elsewhere they stay two.
 */
function finishedInOneStep(
  builder: UntypedBuilder,
  step: Step,
  joined: (resolve: Step) => Step,
): UntypedBuilder {
  const finish = (kind: 'query' | 'mutation' | 'subscription') => (resolver: unknown) => {
    const procedure = builder[kind](resolver);
    const { middlewares } = procedure._def;
    const [gate, resolve] = middlewares.slice(-2);
    if (gate === step && resolve !== undefined) middlewares.splice(-2, 2, joined(resolve));
    return procedure;
  };
  return {
    ...builder,
    query: finish('query'),
    mutation: finish('mutation'),
    subscription: finish('subscription'),
  };
}

/** What a step gets of a call. */
interface Call {
  readonly ctx: GatedContext;
  readonly path: string;
  readonly input: unknown;
  readonly next: (changes?: Changes) => Promise<unknown>;
}

/** What a step changes of a call. */
interface Changes {
  readonly ctx?: object;
  readonly input?: unknown;
}

type Step = (call: Call) => Promise<unknown>;

/** tRPC's builder, whatever its types. */
export interface UntypedBuilder {
  meta(meta: { readonly gate: Gate }): UntypedBuilder;
  input(schema: StandardSchemaV1): UntypedBuilder;
  use(step: Step): UntypedBuilder;
  concat(builder: {
    readonly _def: BuilderDefinition & { readonly meta: { readonly gate: Gate } };
  }): UntypedBuilder;
  query(resolver: unknown): UntypedProcedure;
  mutation(resolver: unknown): UntypedProcedure;
  subscription(resolver: unknown): UntypedProcedure;
  readonly _def: BuilderDefinition;
}

interface UntypedProcedure {
  readonly _def: { readonly middlewares: Step[] };
}

interface BuilderDefinition {
  readonly procedure: true;
  readonly inputs: readonly unknown[];
  readonly middlewares: readonly Step[];
}
