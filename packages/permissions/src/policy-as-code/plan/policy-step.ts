import type {
  Derivations,
  ResourceSchema,
  RoleSchema,
  RuleSchema,
  SetSchema,
} from '../schema/policy-schema.ts';

/** For each kind of step, the type of the object before or after it, including the object's own key. */
export interface StepValues {
  'user attribute': { readonly key: string; readonly type: string };
  /** `actions` and `attributes` are set only for a new resource: those of an existing resource have their own steps. */
  resource: { readonly key: string } & Pick<ResourceSchema, 'name'> &
    Partial<Pick<ResourceSchema, 'actions'> & { readonly attributes: Readonly<Record<string, string>> }> & {
      /** For a resource that moves: the new keys of its instance roles, and the relations that it retains. */
      readonly kept?: KeptFacts;
    };
  action: InResource;
  attribute: InResource & { readonly type: string };
  /** `to` is the resource that the relation links to. */
  relation: InResource & { readonly to: string };
  'resource role': InResource & RoleSchema;
  /** `key` is the derived role. */
  derivations: InResource & Derivations;
  role: { readonly key: string } & RoleSchema;
  'user set': { readonly key: string } & SetSchema;
  'resource set': { readonly key: string } & SetSchema;
  rule: RuleSchema;
}

/** What instances retain when their resource moves. */
export interface KeptFacts {
  /** The new key of each role, by the old one. */
  readonly roles: Readonly<Record<string, string>>;
  readonly relations: readonly string[];
}

interface InResource {
  readonly resource: string;
  readonly key: string;
}

export type StepKind = keyof StepValues;

/**
 * How a step changes an object. `replaced`: Permit cannot change the object, so it is removed and created again.
 * `moved`: the object was renamed in the policy (`renamedFrom`), and another step creates it under the new key; this
 * step moves the old object's role assignments, instances and relationships to the new object, and then removes the old
 * one.
 */
export type Change = 'created' | 'updated' | 'replaced' | 'moved' | 'removed' | 'unchanged';

/** An object of the environment or the policy, and its change. */
export interface StepOf<Kind extends StepKind> {
  /** The kind of object. */
  readonly kind: Kind;
  /**
   * The object's name for display, unique within its kind: `reports`, `reports:view`, `reports.parent`,
   * `reports#owner`, `editor`.
   */
  readonly key: string;
  /** How the step changes the object. */
  readonly change: Change;
  /** The object in the environment; `undefined` when it is created. */
  readonly before: StepValues[Kind] | undefined;
  /** The object in the policy; `undefined` when it is removed. */
  readonly after: StepValues[Kind] | undefined;
  /** Whether the step can lose what depends on the object: role assignments, relationships, stored attributes. */
  readonly destructive: boolean;
}

/** A step of a plan, of any kind. */
export type PolicyStep = { readonly [Kind in StepKind]: StepOf<Kind> }[StepKind];

/** The result of `planPolicy`. */
export interface PolicyPlan {
  /** The steps, in an order in which they can be applied, with removals last. Includes `unchanged` objects. */
  readonly steps: readonly PolicyStep[];
}

/** The steps of a plan without the `unchanged` ones. */
export function changesIn({ steps }: PolicyPlan): PolicyStep[] {
  return steps.filter(({ change }) => change !== 'unchanged');
}
