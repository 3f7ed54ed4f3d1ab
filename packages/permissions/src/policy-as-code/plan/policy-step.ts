import type {
  Derivations,
  ResourceSchema,
  RoleSchema,
  RuleSchema,
  SetSchema,
} from '../schema/policy-schema.ts';

/** The value of each kind of step, before or after it. It includes the object's own key. */
export interface StepValues {
  'user attribute': { readonly key: string; readonly type: string };
  /** Only a new resource has `actions` and `attributes` here; on an existing resource they have steps of their own. */
  resource: { readonly key: string } & Pick<ResourceSchema, 'name'> &
    Partial<Pick<ResourceSchema, 'actions'> & { readonly attributes: Readonly<Record<string, string>> }> & {
      /** Of a resource that moves: what its roles on instances are called afterwards, and which relations it keeps. */
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

/** What instances keep when their resource moves. */
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
 * What a step does. `replaced`: Permit cannot change the object, so it is removed and created again. `moved`: the object
 * has another key in the policy (`renamedFrom`). A step of its own has created the new object; this one gives it the role
 * assignments, instances and relationships of the old one, which it then removes.
 */
export type Change = 'created' | 'updated' | 'replaced' | 'moved' | 'removed' | 'unchanged';

/** One object of the environment or the policy, and its change. */
export interface StepOf<Kind extends StepKind> {
  /** The kind of object. */
  readonly kind: Kind;
  /** For display; unique within the kind: `reports`, `reports:view`, `reports.parent`, `reports#owner`, `editor`. */
  readonly key: string;
  /** What happens to the object. */
  readonly change: Change;
  /** The object in the environment; `undefined` when created. */
  readonly before: StepValues[Kind] | undefined;
  /** The object in the policy; `undefined` when removed. */
  readonly after: StepValues[Kind] | undefined;
  /** Whether the object is removed, with everything that depends on it: role assignments, relationships, stored attributes. */
  readonly destructive: boolean;
}

/** A step of a plan, of any kind. */
export type PolicyStep = { readonly [Kind in StepKind]: StepOf<Kind> }[StepKind];

/** The result of `planPolicy`. */
export interface PolicyPlan {
  /** In the order in which they can be applied, removals last. `unchanged` objects have steps too. */
  readonly steps: readonly PolicyStep[];
}

/** The steps of a plan without the `unchanged` ones. */
export function changesIn({ steps }: PolicyPlan): PolicyStep[] {
  return steps.filter(({ change }) => change !== 'unchanged');
}
