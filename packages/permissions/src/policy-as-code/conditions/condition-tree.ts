import type { Condition } from '../../core/policy.ts';
import { isRecord } from '../../core/records.ts';

/** `'user.level': { 'greater-than': 3 }`. */
export interface ConditionTest {
  readonly path: string;
  readonly operator: string;
  readonly value: unknown;
}

/** `never`: the condition has an invalid form and never holds. */
export type ConditionTree =
  | { readonly kind: 'test'; readonly test: ConditionTest }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly ConditionTree[] }
  | { readonly kind: 'not'; readonly part: ConditionTree }
  | { readonly kind: 'never' };

const connectives: ReadonlyMap<string, 'all' | 'any'> = new Map([
  ['allOf', 'all'],
  ['and', 'all'],
  ['anyOf', 'any'],
  ['or', 'any'],
]);

/** Several entries of an object must all hold, and so must several operators of an attribute. */
export function treeOf(condition: unknown): ConditionTree {
  if (!isRecord(condition)) return { kind: 'never' };
  return allOf(
    Object.entries(condition).map(([key, value]): ConditionTree => {
      const connective = connectives.get(key);
      if (connective !== undefined) return { kind: connective, parts: asList(value).map(treeOf) };
      if (key === 'not') return { kind: 'not', part: allOf(asList(value).map(treeOf)) };
      return treeOfOperators(key, value);
    }),
  );
}

function treeOfOperators(path: string, operators: unknown): ConditionTree {
  if (!isRecord(operators)) return { kind: 'never' };
  return allOf(
    Object.entries(operators).map(([key, value]): ConditionTree => {
      const connective = connectives.get(key);
      const nested = (): ConditionTree[] => asList(value).map((part) => treeOfOperators(path, part));
      if (connective !== undefined) return { kind: connective, parts: nested() };
      if (key === 'not') return { kind: 'not', part: allOf(nested()) };
      return { kind: 'test', test: { path, operator: key, value } };
    }),
  );
}

/** At any depth. */
export function testsIn(condition: unknown): ConditionTest[] {
  const walk = (tree: ConditionTree): ConditionTest[] => {
    switch (tree.kind) {
      case 'test':
        return [tree.test];
      case 'not':
        return walk(tree.part);
      case 'never':
        return [];
      default:
        return tree.parts.flatMap(walk);
    }
  };
  return walk(treeOf(condition));
}

/**
 * The form that a policy table allows: Permit.io also accepts connectives under an attribute, and lists under `not`.
 * `undefined` if a part is invalid in Permit.io.
 */
export function tableForm(condition: Condition): Condition | undefined {
  return isTableForm(condition) ? condition : conditionOf(treeOf(condition));
}

function isTableForm(condition: unknown): boolean {
  if (!isRecord(condition)) return false;
  return Object.entries(condition).every(([key, value]) => {
    if (connectives.has(key)) return Array.isArray(value) && value.every(isTableForm);
    if (key === 'not') return isTableForm(value);
    return isRecord(value) && !Object.keys(value).some((name) => name === 'not' || connectives.has(name));
  });
}

function conditionOf(tree: ConditionTree): Condition | undefined {
  if (tree.kind === 'never') return undefined;
  if (tree.kind === 'test') return { [tree.test.path]: { [tree.test.operator]: tree.test.value } };
  if (tree.kind === 'not') {
    const part = conditionOf(tree.part);
    return part && { not: part };
  }
  const parts = tree.parts.map(conditionOf);
  return parts.includes(undefined) ? undefined : { [tree.kind === 'all' ? 'allOf' : 'anyOf']: parts };
}

/** The path of a reference, `{ ref: 'user.department' }`; `undefined` for any other value. */
export function refOf(value: unknown): string | undefined {
  return isRecord(value) && typeof value['ref'] === 'string' ? value['ref'] : undefined;
}

function allOf(parts: readonly ConditionTree[]): ConditionTree {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : { kind: 'all', parts };
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

const aliases: ReadonlyMap<string, string> = new Map([
  ['and', 'allOf'],
  ['or', 'anyOf'],
]);

/**
 * The form in which conditions are sent and compared: with an outer connective, as in all of Permit.io's documentation
 * (https://docs.permit.io/api/working-with-abac/building-conditions), and without aliases.
 */
export function canonicalCondition(where: Condition): Condition {
  const entries = Object.entries(where).map(canonicalEntry);
  const [first] = entries;
  const connected = entries.length === 1 && (first?.[0] === 'allOf' || first?.[0] === 'anyOf');
  return connected
    ? Object.fromEntries(entries)
    : { allOf: entries.map((entry) => Object.fromEntries([entry])) };
}

function canonicalEntry([key, value]: [string, unknown]): [string, unknown] {
  const name = aliases.get(key) ?? key;
  if (name === 'allOf' || name === 'anyOf')
    return [name, Array.isArray(value) ? value.map(canonicalPart) : value];
  return [name, name === 'not' ? canonicalPart(value) : value];
}

function canonicalPart(part: unknown): unknown {
  return isRecord(part) ? Object.fromEntries(Object.entries(part).map(canonicalEntry)) : part;
}
