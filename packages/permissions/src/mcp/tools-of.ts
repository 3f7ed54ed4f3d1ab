import type { AnyTRPCRouter, inferRouterContext } from '@trpc/server';
import { isRecord } from '../core/records.ts';
import type { Permissions } from '../core/permissions.ts';
import { gateOf } from '../trpc/gate.ts';
import { loadLazyRouters, proceduresOf } from '../trpc/router-gates.ts';
import {
  jsonSchemaOf,
  listed,
  type McpTool,
  type ToolCall,
  type ToolDescription,
  type ToolHints,
  type ToolInputSchema,
} from './tool.ts';

/** The `meta.tool` of a procedure that is also a tool. */
export interface ProcedureTool extends ToolDescription, Pick<ToolHints, 'destructive'> {
  /** Default: the path with `_` for `.`: `reports_publish`. */
  readonly name?: string | undefined;
}

/** Options of `toolsOf`. */
export interface ToolsOfOptions<Context> {
  /** Returns the context of a call, as `createContext` does for tRPC's own requests. */
  readonly createContext: (call: ToolCall<PermissionsIn<Context>>) => Promise<Context> | Context;
  /** Changes what a procedure returned before the model sees it. Optional. */
  readonly present?: ((result: unknown, path: string, call: ToolCall) => unknown) | undefined;
}

type PermissionsIn<Context> = Context extends { readonly permissions: infer Given } ? Given : Permissions;

/**
 * The procedures of a router whose meta has a `tool`, as tools: with the same gate, the same input and the same code. A
 * query is read-only.
 *
 * ```ts
 * list: permitted('reports:view').meta({ tool: { title: 'Find reports', description: '…' } }).query(…)
 *
 * const { list, call } = tools(await toolsOf(router, { createContext: ({ permissions }) => ({ permissions }) }));
 * ```
 * @throws {TypeError} naming a procedure without a gate or without a description, or whose input is no object
 */
export async function toolsOf<Router extends AnyTRPCRouter>(
  router: Router,
  { createContext, present = (result) => result }: ToolsOfOptions<inferRouterContext<Router>>,
): Promise<Record<string, McpTool>> {
  await loadLazyRouters(router);
  const tools = Object.entries(proceduresOf(router)).flatMap(([path, procedure]): [string, McpTool][] => {
    const { meta, inputs = [], type } = definitionOf(procedure);
    const given = meta['tool'];
    if (given === undefined) return [];
    const gate = gateOf(procedure);
    if (gate === undefined) throw new TypeError(`${path} cannot be a tool: it has no gate.`);
    if (!isTool(given)) throw new TypeError(`${path} cannot be a tool: it needs a title and a description.`);
    const { name = path.replaceAll('.', '_'), destructive } = given;
    const tool: McpTool = {
      listed: listed(given, mergedSchema(path, inputs), { readOnly: type === 'query', destructive }),
      requirement: gate.requirement,
      isOnInstance: gate.target !== undefined,
      actors: gate.actors,
      async run(input, call) {
        const caller: unknown = router.createCaller(await createContext(call as never)); // oxlint-disable-line typescript/no-unsafe-type-assertion -- the permissions of the policy that `getPermissions` returned
        return present(await procedureAt(caller, path)(input), path, call);
      },
    };
    return [[name, tool]];
  });
  const names = tools.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new TypeError(`Two procedures are the tool ${twice}: give one another name.`);
  return Object.fromEntries(tools);
}

interface Definition {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly inputs?: readonly unknown[];
  readonly type?: unknown;
}

function definitionOf(procedure: unknown): Definition {
  const { meta, _def: definition }: { meta?: unknown; _def?: Definition } = Object(procedure);
  return { ...definition, meta: isRecord(meta) ? meta : {} };
}

function isTool(value: unknown): value is ProcedureTool {
  if (!isRecord(value)) return false;
  return [value['title'], value['description']].every((text) => typeof text === 'string' && text !== '');
}

/** Of all `.input()` of the procedure, which all receive the same object. */
function mergedSchema(path: string, inputs: readonly unknown[]): ToolInputSchema {
  try {
    const schemas = inputs.map(jsonSchemaOf);
    return {
      type: 'object',
      ...merged('properties', schemas),
      ...merged('$defs', schemas),
      required: [...new Set(schemas.flatMap(({ required }) => (Array.isArray(required) ? required : [])))],
    };
  } catch (cause) {
    throw new TypeError(`${path} cannot be a tool: ${Object(cause).message}`, { cause });
  }
}

function merged(keyword: string, schemas: readonly ToolInputSchema[]): Record<string, unknown> {
  const parts = schemas.map((schema) => schema[keyword]).filter(isRecord);
  return parts.length === 0 ? {} : { [keyword]: Object.assign({}, ...parts) };
}

function procedureAt(caller: unknown, path: string): (input: unknown) => Promise<unknown> {
  const found = path.split('.').reduce<unknown>((from, part) => Object(from)[part], caller);
  return found as (input: unknown) => Promise<unknown>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- tRPC's caller has a function at the path of each procedure
}
