import type { StepKind } from './policy-step.ts';

/** What a plan may remove. */
export interface PlanOptions {
  /**
   * `environment`: the table says everything, so an object that it does not name gets a step that removes it.
   * `table`: the environment is shared. A resource, role, set or user attribute that the table does not name belongs to
   * somebody else and gets no step; so do rules about such a resource, and what a role of the table may do there.
   * Default: `environment`.
   */
  readonly scope?: 'environment' | 'table';
  /**
   * Objects that are never removed, as a plan names them: `role guest`, `resource legacy-*`. `*` stands for any text. An
   * object that the table names is planned as always. Default: none.
   */
  readonly ignore?: readonly string[];
}

/** Whether the plan leaves an object alone that the table does not name. */
export type IsSpared = (kind: StepKind, key: string) => boolean;

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

/** The kinds whose objects belong to nobody else's object. A part of a resource belongs to whoever names the resource. */
const ownKinds: ReadonlySet<StepKind> = new Set([
  'user attribute',
  'resource',
  'role',
  'user set',
  'resource set',
]);

/** @throws {TypeError} for a pattern that does not begin with a kind of object */
export function sparedBy({ scope = 'environment', ignore = [] }: PlanOptions): IsSpared {
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
