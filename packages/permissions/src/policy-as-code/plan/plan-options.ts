import type { StepKind } from './policy-step.ts';

/** Options that determine which objects a plan can remove. */
export interface PlanOptions {
  /**
   * How much of the environment the policy manages. `environment`: all of it, so objects that the policy does not
   * define get a step that removes them. `table`: the environment is shared, and a resource, role, set or user
   * attribute that the policy does not define is unmanaged. Unmanaged objects get no step; neither do rules about
   * unmanaged resources, nor the permissions of the policy's roles on them. Default: `environment`.
   */
  readonly scope?: 'environment' | 'table';
  /**
   * Objects that are never removed, in the notation of a plan: `role guest`, `resource legacy-*`. `*` matches any text.
   * Does not affect objects that the policy defines. Default: none.
   */
  readonly ignore?: readonly string[];
}

/** Tells whether the plan ignores an object that the policy does not define. */
export type IsIgnored = (kind: StepKind, key: string) => boolean;

const kinds: Readonly<Record<StepKind, true>> = {
  'user attribute': true,
  resource: true,
  action: true,
  attribute: true,
  relation: true,
  'resource role': true,
  derivations: true,
  role: true,
  'user set': true,
  'resource set': true,
  rule: true,
};

/** The kinds of top-level objects. An action, attribute or role of a resource is managed together with the resource. */
const ownKinds: ReadonlySet<StepKind> = new Set([
  'user attribute',
  'resource',
  'role',
  'user set',
  'resource set',
]);

/**
 * Creates the function that tells which objects a plan ignores.
 * @throws {TypeError} for a pattern that does not start with a kind of object.
 */
export function ignoredBy({ scope = 'environment', ignore = [] }: PlanOptions): IsIgnored {
  const patterns = ignore.map(patternOf);
  return (kind, key) =>
    (scope === 'table' && ownKinds.has(kind)) || patterns.some((pattern) => pattern.test(`${kind} ${key}`));
}

function patternOf(text: string): RegExp {
  if (!Object.keys(kinds).some((kind) => text.startsWith(`${kind} `))) {
    throw new TypeError(
      `"${text}" names no object of a plan. It begins with a kind: ${Object.keys(kinds).join(', ')}.`,
    );
  }
  const parts = text.split('*').map((part) => part.replaceAll(/[\\^$.+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
