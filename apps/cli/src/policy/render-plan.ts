import { changesIn, type Dependents, type PolicyStep } from '@latchkey/permissions/policy';
import type { CountedPlan } from './make-plan.ts';
import type { Paint } from './paint.ts';

type Change = PolicyStep['change'];

const marks = {
  created: '+',
  updated: '~',
  replaced: '!',
  moved: '>',
  removed: '-',
  unchanged: '=',
} as const;
const styles = {
  created: 'green',
  updated: 'yellow',
  replaced: 'magenta',
  moved: 'yellow',
  removed: 'red',
  unchanged: 'dim',
} as const;

/** Renders one step: `+ resource reports`, `> role editor to author`. */
export function renderStep(step: PolicyStep, paint: Paint): string {
  const { kind, key, change } = step;
  return paint(styles[change], `${marks[change]} ${kind} ${key}${newKey(step)}`);
}

function newKey({ change, after }: PolicyStep): string {
  return change === 'moved' && after !== undefined && 'key' in after ? ` to ${after.key}` : '';
}

export function renderPlan({ plan, options, dependents }: CountedPlan, paint: Paint): string[] {
  const changes = changesIn(plan);
  if (changes.length === 0) return [`No changes: ${plan.steps.length} objects match the table.`];
  const count = (wanted: Change): number => changes.filter(({ change }) => change === wanted).length;
  const sum = [
    [count('created'), 'to create'],
    [count('updated'), 'to update'],
    [count('replaced'), 'to remove and recreate'],
    [count('moved'), 'to move to another key'],
    [count('removed'), 'not in the table'],
  ] as const;
  return [
    ...changes.flatMap((step) => [
      renderStep(step, paint),
      ...renderDifference(step).map((line) => paint('dim', `    ${line}`)),
      ...renderDependents(step, dependents.get(step)).map((line) => `    ${line}`),
    ]),
    '',
    `${sum
      .filter(([number]) => number > 0)
      .map(([number, what]) => `${number} ${what}`)
      .join(', ')}.`,
    ...(changes.some(({ destructive }) => destructive)
      ? [
          `Removals also remove role assignments, relationships and attributes. To allow them: latchkey policy apply${options.scope === 'table' ? ' --scope table' : ''} --allow-destructive`,
        ]
      : []),
  ];
}

/** Renders what is removed or moved together with the object of a step. */
function renderDependents({ change, destructive }: PolicyStep, dependents: Dependents | undefined): string[] {
  if (dependents === undefined) return [];
  const counts = [
    counted(dependents.assignments, 'role assignment'),
    counted(dependents.instances, 'instance'),
    counted(dependents.relationships, 'relationship'),
  ].flat();
  const fate = change === 'moved' ? (destructive ? 'moves only part of' : 'moves') : 'also removes';
  return [`${fate} ${counts.join(', ')}`];
}

function counted(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'}`];
}

/** Fields that identify a step's object, which its first line already shows. */
const identity = new Set(['key', 'kind', 'who', 'what']);

function renderDifference({ kind, change, before, after }: PolicyStep): string[] {
  if (after === undefined || change === 'moved') return [];
  const old = new Map<string, unknown>(Object.entries(before ?? {}));
  return Object.entries(after).flatMap(([field, value]: [string, unknown]) => {
    if (identity.has(field) || (field === 'resource' && kind !== 'resource set')) return [];
    if (isNothing(value) && isNothing(old.get(field))) return [];
    return renderField(field, old.get(field), value);
  });
}

function renderField(field: string, before: unknown, after: unknown): string[] {
  const was = text(before);
  const is = text(after);
  if (was === is) return [];
  if (before === undefined) return [`${field}: ${is}`];
  if (!Array.isArray(before) || !Array.isArray(after)) return [`${field}: ${was} → ${is}`];
  const items = (list: readonly unknown[]): string[] => list.map(text);
  const gone = items(before).filter((item) => !items(after).includes(item));
  const added = items(after).filter((item) => !items(before).includes(item));
  const parts = [...added.map((item) => `+${item}`), ...gone.map((item) => `-${item}`)];
  return parts.length === 0 ? [] : [`${field}: ${parts.join(' ')}`];
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isDerivation(value)) return `${value.on}#${value.role} via ${value.via}`;
  if (Array.isArray(value)) return value.map(text).join(', ');
  return value === undefined ? 'none' : JSON.stringify(value);
}

interface Derivation {
  readonly role: string;
  readonly on: string;
  readonly via: string;
}

function isDerivation(value: unknown): value is Derivation {
  return typeof value === 'object' && value !== null && 'via' in value && 'on' in value && 'role' in value;
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === false) return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
