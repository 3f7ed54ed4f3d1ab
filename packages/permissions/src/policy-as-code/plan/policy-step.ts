import type {
  Derivations,
  ResourceSchema,
  RoleSchema,
  RuleSchema,
  SetSchema,
} from '../schema/policy-schema.ts';

/** The value of each kind of step, before or after it, including the object's own key. */
export interface StepValues {
  'user attribute': { readonly key: string; readonly type: string };
  /** `actions` and `attributes` are set only for a new resource; on an existing resource they have their own steps. */
  resource: { readonly key: string } & Pick<ResourceSchema, 'name'> &
    Partial<Pick<ResourceSchema, 'actions'> & { readonly attributes: Readonly<Record<string, string>> }> & {
      /** For a resource that moves: the new names of its instance roles, and the relations that it retains. */
      readonly kept?: KeptFacts;
    };
  action: InResource;
  attribute: InResource & { readonly type: string };
  /** `to`: the resource that the relation links to. */
  relation: InResource & { readonly to: string };
  'resource role': InResource & RoleSchema;
  /** `key`: the derived role. */
  derivations: InResource & Derivations;
  role: { readonly key: string } & RoleSchema;
  'user set': { readonly key: string } & SetSchema;
  'resource set': { readonly key: string } & SetSchema;
  rule: RuleSchema;
}

/** The data that instances retain when their resource moves. */
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
 * The change of a step. `replaced`: Permit cannot change the object, so it is removed and created again. `moved`: the
 * object was renamed in the policy (`renamedFrom`). A separate step has created the new object; this one moves the role
 * assignments, instances and relationships of the old object to it and then removes the old object.
 */
export type Change = 'created' | 'updated' | 'replaced' | 'moved' | 'removed' | 'unchanged';

/** An object of the environment or the policy, and its change. */
export interface StepOf<Kind extends StepKind> {
  /** The kind of object. */
  readonly kind: Kind;
  /** For display; unique within the kind: `reports`, `reports:view`, `reports.parent`, `reports#owner`, `editor`. */
  readonly key: string;
  /** The change. */
  readonly change: Change;
  /** The object in the environment; `undefined` when created. */
  readonly before: StepValues[Kind] | undefined;
  /** The object in the policy; `undefined` when removed. */
  readonly after: StepValues[Kind] | undefined;
  /** Whether the object is removed with its dependents: role assignments, relationships, stored attributes. */
  readonly destructive: boolean;
}

/** A step of a plan, of any kind. */
export type PolicyStep = { readonly [Kind in StepKind]: StepOf<Kind> }[StepKind];

/** The result of `planPolicy`. */
export interface PolicyPlan {
  /** In an order in which they can be applied, removals last. Includes `unchanged` objects. */
  readonly steps: readonly PolicyStep[];
}

/** The steps of a plan without the `unchanged` ones. */
export function changesIn({ steps }: PolicyPlan): PolicyStep[] {
  return steps.filter(({ change }) => change !== 'unchanged');
}
