import type { StepKind } from './policy-step.ts';

/** Options that determine which objects a plan can remove. */
export interface PlanOptions {
  /**
   * How much of the environment the policy manages. `environment`: all, so other objects get a step that removes them.
   * `table`: the environment is shared, and resources, roles, sets and user attributes that the policy does not define
   * are unmanaged: neither they, nor rules and permissions about unmanaged resources, get a step. Default:
   * `environment`.
   */
  readonly scope?: 'environment' | 'table';
  /**
   * Objects outside the policy that are never removed, as in a plan: `role guest`, `resource legacy-*`. `*` matches any
   * text. Default: none.
   */
  readonly ignore?: readonly string[];
}

/** Only for objects that the policy does not define. */
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

/** The parts of a resource are managed together with it. */
const ownKinds: ReadonlySet<StepKind> = new Set([
  'user attribute',
  'resource',
  'role',
  'user set',
  'resource set',
]);

/** @throws {TypeError} for a pattern that does not start with a kind of object */
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
