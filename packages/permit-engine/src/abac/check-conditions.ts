import { isObject, resolvePath } from '../attributes.ts';
import type { Json, JsonObject } from '../query.ts';
import { isEmpty, logicals, quantifiers, refOf, withoutRefOperator } from './compile-conditions.ts';
import { operators } from './operators.ts';

/** Why a condition can never hold as intended. */
export interface ConditionProblem {
  readonly code: 'invalid_condition' | 'unknown_attribute';
  readonly why: string;
}

type IsKnown = (path: string) => boolean;

/**
 * The parts that hold for no request: unknown operators and attributes, and unusable right sides. The engine treats
 * them as a mismatch, without an error.
 */
export function checkConditions(conditions: JsonObject, isKnown: IsKnown): readonly ConditionProblem[] {
  return isEmpty(conditions) ? [] : [...ofGroup(conditions, isKnown)];
}

function* ofGroup(group: Json, isKnown: IsKnown): Generator<ConditionProblem> {
  if (!isObject(group)) {
    yield invalid(`${shown(group)} is not a condition: a condition is an object.`);
    return;
  }
  for (const [key, value] of Object.entries(group)) {
    if (logicals.has(key)) for (const part of listOf(value)) yield* ofGroup(part, isKnown);
    else {
      yield* ofPath(key, isKnown);
      yield* ofTest(key, value, isKnown);
    }
  }
}

function* ofPath(path: string, isKnown: IsKnown): Generator<ConditionProblem> {
  if (resolvePath(path) === undefined) {
    const why = `'${path}' names no attribute: a path begins with user., resource., tenant. or context.`;
    yield { code: 'unknown_attribute', why };
  } else if (!isKnown(path)) {
    yield { code: 'unknown_attribute', why: `There is no attribute '${path}': define it first.` };
  }
}

function* ofTest(path: string, test: Json, isKnown: IsKnown): Generator<ConditionProblem> {
  if (!isObject(test)) {
    yield invalid(
      `${shown(test)} is not a test of '${path}': write an operator and a value, as in {"equals": 5}.`,
    );
    return;
  }
  for (const [key, value] of Object.entries(test)) {
    if (logicals.has(key)) for (const part of listOf(value)) yield* ofTest(path, part, isKnown);
    else yield* ofComparison(path, { operator: key, given: value }, isKnown);
  }
}

/** Generated sets. No value equals one, and no list contains one. */
const generatedLists = new Set(['user.roles', 'user.tenants', 'subject.roles', 'subject.tenants']);

interface Comparison {
  readonly operator: string;
  readonly given: Json;
}

function* ofComparison(
  path: string,
  { operator, given }: Comparison,
  isKnown: IsKnown,
): Generator<ConditionProblem> {
  const { name, right } = withoutRefOperator(operator, given);
  const ref = refOf(right);
  if (quantifiers.has(name)) yield* ofMatch(path, { operator: name, given: right }, isKnown);
  else if (!operators.has(name)) {
    yield invalid(
      operator.endsWith('-ref')
        ? `'${operator}' of '${path}' takes the path of an attribute, not ${shown(given)}.`
        : `'${operator}' is not an operator. Operators: ${[...operators.keys(), ...quantifiers.keys()].join(', ')}.`,
    );
  } else if (generatedLists.has(path) && !name.startsWith('array_')) {
    yield invalid(
      `'${path}' is a list, which '${operator}' does not compare: use array_contains or array_intersect.`,
    );
  } else if (ref !== undefined) yield* ofPath(ref, isKnown);
  else if (rightSides.get(name)?.fits(right) === false) {
    yield invalid(
      `'${operator}' of '${path}' compares with ${rightSides.get(name)?.description}, not with ${shown(given)}.`,
    );
  }
}

function* ofMatch(
  path: string,
  { operator, given }: Comparison,
  isKnown: IsKnown,
): Generator<ConditionProblem> {
  const match = isObject(given) ? given['match'] : undefined;
  if (match === undefined || !isObject(match) || Object.keys(match).length === 0) {
    yield invalid(`'${operator}' of '${path}' takes {"match": {...}} with a test for each field.`);
    return;
  }
  for (const [field, test] of Object.entries(match)) yield* ofTest(`${path}.${field}`, test, isKnown);
}

interface RightSide {
  readonly description: string;
  fits(right: Json): boolean;
}

const number: RightSide = { description: 'a number', fits: (right) => typeof right === 'number' };
const list: RightSide = { description: 'a list', fits: Array.isArray };

/** Other operators compare with any value. */
const rightSides: ReadonlyMap<string, RightSide> = new Map<string, RightSide>([
  ['less-than', number],
  ['less-than-equals', number],
  ['greater-than', number],
  ['greater-than-equals', number],
  [
    'between',
    {
      description: 'a list of two numbers',
      fits: (right) => Array.isArray(right) && right.length === 2 && right.every((end) => number.fits(end)),
    },
  ],
  ['contains', { description: 'a string', fits: (right) => typeof right === 'string' }],
  ['in', { description: 'a list, or the path of an attribute', fits: Array.isArray }],
  ['array_subset', list],
  ['array_superset', list],
  ['array_intersect', list],
]);

function invalid(why: string): ConditionProblem {
  return { code: 'invalid_condition', why };
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value];
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
