import type {
  Derivations,
  ResourceSchema,
  RoleSchema,
  RuleSchema,
  SetSchema,
} from '../schema/policy-schema.ts';

/** What each kind of step brings about, or finds; who it is about is part of it. */
export interface StepValues {
  'user attribute': { readonly key: string; readonly type: string };
  /** A new resource comes with its actions and attributes; later they have steps of their own. */
  resource: { readonly key: string } & Pick<ResourceSchema, 'name'> &
    Partial<Pick<ResourceSchema, 'actions'> & { readonly attributes: Readonly<Record<string, string>> }>;
  action: InResource;
  attribute: InResource & { readonly type: string };
  /** `to`: the resource that it leads to. */
  relation: InResource & { readonly to: string };
  'resource role': InResource & RoleSchema;
  /** `key`: the role that is derived. */
  derivations: InResource & Derivations;
  role: { readonly key: string } & RoleSchema;
  'user set': { readonly key: string } & SetSchema;
  'resource set': { readonly key: string } & SetSchema;
  rule: RuleSchema;
}

interface InResource {
  readonly resource: string;
  readonly key: string;
}

export type StepKind = keyof StepValues;

/** `replaced`: Permit cannot change it, so it is removed and made anew. */
export type Change = 'created' | 'updated' | 'replaced' | 'removed' | 'unchanged';

/** One thing in the environment, and what is to happen to it. */
export interface StepOf<Kind extends StepKind> {
  readonly kind: Kind;
  /** For people, unique within the kind: `reports`, `reports:view`, `reports.parent`, `reports#owner`, `editor`. */
  readonly key: string;
  readonly change: Change;
  /** Absent when created. */
  readonly before: StepValues[Kind] | undefined;
  /** Absent when removed. */
  readonly after: StepValues[Kind] | undefined;
  /** Removes something, and with it whatever depends on it: role assignments, relationships, stored attributes. */
  readonly destructive: boolean;
}

export type PolicyStep = { readonly [Kind in StepKind]: StepOf<Kind> }[StepKind];

/** Steps in the order in which they can be taken, the removals last. */
export interface PolicyPlan {
  readonly steps: readonly PolicyStep[];
}

/** The steps that would change something. */
export function changesIn({ steps }: PolicyPlan): PolicyStep[] {
  return steps.filter(({ change }) => change !== 'unchanged');
}
