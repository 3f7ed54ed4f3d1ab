import { rolesOf } from '@latchkey/permissions';
import { gatesOf } from '@latchkey/permissions/trpc';
import { policy } from '@latchkey/policy';
import { z } from 'zod';
import { reportKinds } from '../features/reports/kinds/kinds.ts';
import type { TestServer } from './test-server.ts';
import { proceduresOf, type Procedure } from './call-procedure.ts';

/** A procedure in the reference: its method, its gate and its input. */
interface Entry {
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'GET, a stream';
  readonly gate: string;
  /** Whether the gate refuses actors. */
  readonly isInPerson: boolean;
  readonly input: string;
}

const methods: Readonly<Record<Procedure['type'], Entry['method']>> = {
  query: 'GET',
  mutation: 'POST',
  subscription: 'GET, a stream',
};

/** The list of the router's procedures in docs/guide/reference-http.md: Markdown, grouped by feature. */
export async function procedureReference(server: Pick<TestServer, 'router'>): Promise<string> {
  const gates = await gatesOf(server.router);
  const entries = proceduresOf(server).map(({ path, type, inputs, isInPerson }): Entry => ({
    path,
    method: methods[type],
    gate: gates[path] ?? '',
    isInPerson,
    input: inputOf(inputs),
  }));
  const features = Map.groupBy(entries, ({ path }) => path.split('.')[0] ?? '');
  const text = [...features]
    .map(([feature, of]) => `### ${feature}\n\n${of.map(line).join('\n')}`)
    .join('\n\n');
  const used = Object.entries(named).filter(([, values]) => text.includes(values));
  const legend = used.map(([name, values]) => `- \`${name}\`: \`${values}\``).join('\n');
  return `${legend}\n\n${used.reduce((all, [name, values]) => all.replaceAll(`(${values})`, name).replaceAll(values, name), text)}`;
}

/**
 * Lists of values that several inputs share, by name. A list that no longer matches its text here is written out in
 * full.
 */
const named: Readonly<Record<string, string>> = {
  Role: unionOf(rolesOf(policy)),
  InstanceRole: "'owner' | 'editor' | 'reader'",
  ReportKind: unionOf(reportKinds),
  Outcome: "'allow' | 'deny' | 'unavailable' | 'done' | 'failed' | 'unknown'",
  Channel: "'gate' | 'console' | 'cli' | 'request' | 'sync'",
};

function unionOf(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(' | ');
}

function line({ path, method, gate, isInPerson, input }: Entry): string {
  const who =
    gate === '' ? 'any signed-in user' : gate.replaceAll(/[\w-]+:[\w-]+/g, '`$&`').replaceAll(' | ', ' or ');
  return `- **\`${path}\`** (${method}): ${who}${isInPerson ? ', in person' : ''}${input === '' ? '' : `\n  \`${input}\``}`;
}

/** The subset of JSON Schema that zod generates for the inputs. */
const Schema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  maxItems: z.number().optional(),
  format: z.string().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});

function inputOf(inputs: Procedure['inputs']): string {
  const schemas = inputs
    .filter((schema) => schema instanceof z.ZodType)
    .map((schema) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  const [first, ...others] = schemas;
  if (first === undefined) return '';
  return textOf(others.length === 0 ? first : schemas.map(flat).reduce(joined));
}

type Schema = z.output<typeof Schema>;

const joined = (one: Schema, other: Schema): Schema => ({
  ...one,
  properties: { ...one.properties, ...other.properties },
  required: [...(one.required ?? []), ...(other.required ?? [])],
});

/**
 * Flattens an intersection or a union to one object. In a union, a field that not every member requires is optional.
 */
function flat(given: unknown): Schema {
  const schema = Schema.parse(given);
  if (schema.allOf !== undefined) return schema.allOf.map(flat).reduce(joined);
  const members = (schema.oneOf ?? []).map(flat);
  if (members.length === 0) return schema;
  const fields = members.flatMap(({ properties = {} }) => Object.entries(properties));
  const properties = Object.entries(Object.groupBy(fields, ([name]) => name)).map(
    ([name, of = []]) => [name, { anyOf: of.map(([, field]) => field) }] as const,
  );
  return {
    properties: Object.fromEntries(properties),
    required: members
      .map(({ required = [] }) => required)
      .reduce((one, other) => one.filter((name) => other.includes(name))),
  };
}

/** Maximum number of a list's values that are shown. */
const maxShown = 8;

/** The schema as a type, with its limits. */
function textOf(given: unknown): string {
  const schema = Schema.parse(given);
  const { properties, required = [], items, maxItems } = schema;
  const options = schema.anyOf ?? schema.oneOf ?? schema.enum?.map((value) => ({ const: value }));
  if (options !== undefined) {
    const shown = [...new Set(options.map(textOf))];
    return shown.length > maxShown ? `${shown.slice(0, 2).join(' | ')} | …` : shown.join(' | ');
  }
  if ('const' in schema) return typeof schema.const === 'string' ? `'${schema.const}'` : String(schema.const);
  if (properties !== undefined)
    return `{ ${Object.entries(properties)
      .map(([name, field]) => `${name}${required.includes(name) ? '' : '?'}: ${textOf(field)}`)
      .join(', ')} }`;
  if (items !== undefined) {
    const one = textOf(items);
    return `${one.includes(' | ') ? `(${one})` : one}[${maxItems === undefined ? '' : `≤${maxItems}`}]`;
  }
  return scalar(schema);
}

function scalar({ type, format, maxLength, minimum, maximum }: Schema): string {
  if (type === 'string') return format ?? (maxLength === undefined ? 'text' : `text(≤${maxLength})`);
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (type === 'integer' || type === 'number') return isBounded ? `${minimum ?? 0}..${maximum}` : type;
  return String(type ?? 'anything');
}
