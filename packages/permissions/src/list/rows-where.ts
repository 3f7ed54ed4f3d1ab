import {
  evaluateConditions,
  isEmptyCondition,
  resolvePath,
  type Attributes,
  type Json,
  type JsonObject,
  type Value,
} from '@latchkey/permit-engine';
import type { AttributeTable } from '../core/policy.ts';
import {
  compareColumn,
  plannedOperators,
  type AttributeColumn,
  allOf,
  anyOf,
  invalid,
  not,
  type Verdicts,
} from './compare-column.ts';
import { ListNotPlannableError } from './list-plan.ts';
import type { Rows } from './row-condition.ts';

export interface KnownAttributes {
  /** Of the user, the tenant and the context, and the generated attributes of the resource. */
  readonly attributes: Attributes;
  readonly columns: AttributeTable;
}

/**
 * A partial evaluation of Permit's condition: the rows' attributes are unknown.
 * @throws {ListNotPlannableError} `unsupported_condition`
 */
export function rowsWhere(conditions: JsonObject, known: KnownAttributes): Rows {
  return ofGroup(conditions, known).isTrue;
}

/** All entries must hold. An empty group never holds. */
function ofGroup(group: Json, known: KnownAttributes): Verdicts {
  if (!isObject(group) || isEmptyCondition(group)) return invalid;
  return allOf(
    Object.entries(group).map(
      ([key, value]) => connected(key, value, (part) => ofGroup(part, known)) ?? ofTest(key, value, known),
    ),
  );
}

/** One test, `{ equals: 5 }`, or connected ones: `{ anyOf: [{ between: [15, 18] }, { 'greater-than': 40 }] }`. */
function ofTest(path: string, test: Json, known: KnownAttributes): Verdicts {
  if (!isObject(test) || isEmptyCondition(test)) return invalid;
  return allOf(
    Object.entries(test).map(
      ([operator, right]) =>
        connected(operator, right, (part) => ofTest(path, part, known)) ??
        ofComparison({ path, operator, right }, known),
    ),
  );
}

const connectives = new Map<string, (parts: readonly Verdicts[]) => Verdicts>([
  ['allOf', allOf],
  ['and', allOf],
  ['anyOf', anyOf],
  ['or', anyOf],
  ['not', (parts) => not(allOf(parts))],
]);

/** `undefined` when the key is no connective. Ignores empty operands. */
function connected(key: string, value: Json, ofPart: (part: Json) => Verdicts): Verdicts | undefined {
  const connective = connectives.get(key);
  if (connective === undefined) return undefined;
  const all: readonly Json[] = Array.isArray(value) ? value : [value];
  const parts = all.filter((part) => !isEmptyCondition(part));
  return parts.length === 0 ? invalid : connective(parts.map(ofPart));
}

interface Comparison {
  readonly path: string;
  readonly operator: string;
  readonly right: Json;
}

function ofComparison(comparison: Comparison, known: KnownAttributes): Verdicts {
  const { path, operator, right } = comparison;
  // `in` with a string refers to an attribute, like `equals-ref`, and cannot be planned either.
  if (!plannedOperators.has(operator) || (operator === 'in' && typeof right === 'string'))
    throw unsupported(`"${operator}" of "${path}"`);
  const ref = refOf(right);
  const column = columnOf(path, known);
  const other = ref === undefined ? undefined : columnOf(ref, known);
  if (column !== undefined && other !== undefined)
    throw unsupported(`"${path}" compared with "${ref}", which both belong to the row`);
  if (column !== undefined) {
    const value = ref === undefined ? right : valueAt(ref, known);
    return compareColumn(column, operator, { value, side: 'left' });
  }
  if (other !== undefined)
    return compareColumn(other, operator, { value: valueAt(path, known), side: 'right' });
  return ofKnown(comparison, known);
}

/** The engine evaluates it. */
function ofKnown({ path, operator, right }: Comparison, { attributes }: KnownAttributes): Verdicts {
  const verdict = evaluateConditions({ [path]: { [operator]: right } }, attributes);
  return { isTrue: verdict === true, isFalse: verdict === false };
}

/** `undefined` for a path that is not under `resource.`, and for the generated `resource.type`. */
function columnOf(path: string, { columns }: KnownAttributes): AttributeColumn | undefined {
  const [root, attribute = '', ...nested] = path.split('.');
  if (root !== 'resource' || path === 'resource.type') return undefined;
  const type = Object.hasOwn(columns, attribute) ? columns[attribute] : undefined;
  if (type === undefined) throw unsupported(`"${path}", which the policy does not declare`);
  if (nested.length > 0 || type === 'array' || type === 'json')
    throw unsupported(`"${path}", which is no single value`);
  return { attribute, type };
}

function valueAt(path: string, { attributes }: KnownAttributes): Value | undefined {
  const resolve = resolvePath(path);
  if (resolve === undefined) throw unsupported(`"${path}"`);
  return resolve(attributes);
}

function refOf(right: Json): string | undefined {
  const ref = isObject(right) && Object.keys(right).length === 1 ? right['ref'] : undefined;
  return typeof ref === 'string' ? ref : undefined;
}

function isObject(json: Json): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function unsupported(what: string): ListNotPlannableError {
  return new ListNotPlannableError('unsupported_condition', `No plan expresses a condition on ${what}.`);
}
