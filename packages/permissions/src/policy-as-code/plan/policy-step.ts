import type {
  Derivations,
  ResourceSchema,
  RoleSchema,
  RuleSchema,
  SetSchema,
} from '../schema/policy-schema.ts';

/** The object before or after each kind of step, including its own key. */
export interface StepValues {
  'user attribute': { readonly key: string; readonly type: string };
  /** `actions` and `attributes` only for a new resource: an existing one has steps for its own. */
  resource: { readonly key: string } & Pick<ResourceSchema, 'name'> &
    Partial<Pick<ResourceSchema, 'actions'> & { readonly attributes: Readonly<Record<string, string>> }> & {
      /** For a resource that moves. */
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

export interface KeptFacts {
  /** The new key of each role, by the old one. */
  readonly roles: Readonly<Record<string, string>>;
  readonly relations: readonly string[];
  /** The new key of each renamed resource, by the old one. */
  readonly resources: Readonly<Record<string, string>>;
}

interface InResource {
  readonly resource: string;
  readonly key: string;
}

export type StepKind = keyof StepValues;

/**
 * `replaced`: Permit cannot change the object, so it is removed and created again. `moved`: the policy renamed the
 * object (`renamedFrom`), and another step creates it under the new key; this one moves the assignments, instances and
 * relationships, and then removes the old object.
 */
export type Change = 'created' | 'updated' | 'replaced' | 'moved' | 'removed' | 'unchanged';

export interface StepOf<Kind extends StepKind> {
  readonly kind: Kind;
  /** For display, unique within its kind: `reports`, `reports:view`, `reports.parent`, `reports#owner`, `editor`. */
  readonly key: string;
  readonly change: Change;
  /** In the environment; `undefined` when it is created. */
  readonly before: StepValues[Kind] | undefined;
  /** In the policy; `undefined` when it is removed. */
  readonly after: StepValues[Kind] | undefined;
  /** Whether role assignments, relationships or stored attributes can be lost. */
  readonly destructive: boolean;
}

export type PolicyStep = { readonly [Kind in StepKind]: StepOf<Kind> }[StepKind];

/** The result of `planPolicy`. */
export interface PolicyPlan {
  /** In an order in which they can be applied, removals last. Includes `unchanged` objects. */
  readonly steps: readonly PolicyStep[];
}

/** The steps without the `unchanged` ones. */
export function changesIn({ steps }: PolicyPlan): PolicyStep[] {
  return steps.filter(({ change }) => change !== 'unchanged');
}
