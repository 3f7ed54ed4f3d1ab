import type { StandardSchemaV1 } from '@standard-schema/spec';
import { AuthorizationUnavailableError, PermissionDeniedError } from '../core/errors.ts';
import { permissionsAtGate, type ActorsOption } from '../core/in-person.ts';
import type { InstancePermissionOf, ResourceIn } from '../core/instance-permission.ts';
import { isTooDeep } from '../core/json-depth.ts';
import {
  instanceOf,
  type Permissions,
  type PolicyPermissions,
  type ResourceRef,
} from '../core/permissions.ts';
import type { PermissionOf, Policy } from '../core/policy.ts';
import { isRecord } from '../core/records.ts';
import {
  checkOfLoaded,
  type Found,
  type GateCheck,
  type LoadedRules,
  requirePermissions,
} from '../trpc/gate-check.ts';
import { type Requirement, type RequirementWithoutInstance, toPermissionSet } from '../trpc/requirement.ts';
import { type ScopeChallenge, scopeChallenge, scopesToAskFor } from './scope-challenge.ts';
import {
  jsonSchemaOf,
  type ListedTool,
  listed,
  type McpAuthInfo,
  type McpCaller,
  type McpContext,
  type GateOutcome,
  type McpTool,
  type ToolCall,
  type ToolDescription,
  type ToolHints,
  ToolInputError,
  type ToolSchema,
} from './tool.ts';
import { causeOf, failure, failureOf, resultOf, type ToolResult } from './tool-result.ts';
import { usableTools } from './usable-tools.ts';

/** Options of `createMcpGates`. */
export interface McpGatesOptions<P extends Policy> extends ActorsOption {
  readonly policy: P;
  /**
   * Returns the permissions of the caller of a request, from the verified token, with its scopes:
   * `createPermissions(decider, { subject, tenant, scopes: authInfo.scopes })`.
   */
  readonly getPermissions: (caller: McpCaller) => Promise<PolicyPermissions<P>> | PolicyPermissions<P>;
  /** Called with the decision of each call's gate, before the tool runs, for an audit log. Must not throw. Optional. */
  readonly onDecision?: ((decision: ToolDecision, caller: McpCaller) => void) | undefined;
  /**
   * Called with an error that the model must not see: the result says only that the tool failed. Must not throw.
   * Default: prints the error with `console.error`.
   */
  readonly onError?: ((error: unknown, tool: string) => void) | undefined;
}

/** The decision of a tool's gate on one call. */
export interface ToolDecision extends GateOutcome {
  readonly tool: string;
}

type Run<Schema extends ToolSchema, UserPermissions, More = object> = (
  call: ToolCall<UserPermissions> & { readonly input: StandardSchemaV1.InferOutput<Schema> } & More,
) => unknown;

interface ToolOptions<Schema extends ToolSchema> extends ToolDescription, ToolHints {
  /** The schema of the arguments: an object. Each field needs a `describe(…)` for the model. */
  readonly input: Schema;
}

/** Creates a tool with a gate. What `run` returns becomes the result: text, JSON, or a result of MCP with `content`. */
export interface DefineTool<P extends Policy, UserPermissions = PolicyPermissions<P>> {
  /** Loads one instance, then checks the permission on it. `run` receives it as `loaded`. */
  <Permission extends PermissionOf<P>, Schema extends ToolSchema, Loaded extends NonNullable<unknown>>(
    requirement: Requirement<Permission>,
    tool: ToolOptions<Schema> &
      LoadedRules<Loaded, Permission> & {
        readonly load: (
          call: ToolCall<UserPermissions> & { readonly input: StandardSchemaV1.InferOutput<Schema> },
        ) => Promise<Found<Loaded>> | Found<Loaded>;
        readonly run: Run<Schema, UserPermissions, { readonly loaded: NoInfer<Loaded> }>;
      },
  ): McpTool;
  /** Checks the permission on the instance that `on` reads from the input. */
  <Permission extends PermissionOf<P>, Schema extends ToolSchema>(
    requirement: Requirement<Permission>,
    tool: ToolOptions<Schema> & {
      readonly on: (input: StandardSchemaV1.InferOutput<Schema>) => ResourceRef<ResourceIn<Permission>>;
      readonly run: Run<Schema, UserPermissions>;
    },
  ): McpTool;
  /** Checks the permission on the resource as a whole; `on: undefined` for a resource with instance roles. */
  <Schema extends ToolSchema>(
    requirement: Requirement<PermissionOf<P>>,
    tool: ToolOptions<Schema> & { readonly on: undefined; readonly run: Run<Schema, UserPermissions> },
  ): McpTool;
  /** Checks the permission on the resource as a whole. */
  <const Required extends Requirement<PermissionOf<P>>, Schema extends ToolSchema>(
    requirement: Required & RequirementWithoutInstance<Required, InstancePermissionOf<P>>,
    tool: ToolOptions<Schema> & { readonly run: Run<Schema, UserPermissions> },
  ): McpTool;
}

/** The tools of a server: pass `list` and `call` to `setRequestHandler` of the SDK's `Server`. */
export interface McpTools {
  /**
   * Handles `tools/list`: the tools that the caller can use, on at least one instance. All checks are one call to the
   * PDP; for tools on instances that the caller cannot use on the resource as a whole, one list more.
   */
  readonly list: (request: unknown, context: McpContext) => Promise<{ tools: ListedTool[] }>;
  /**
   * Handles `tools/call`. A denial, an outage and an invalid input are results with `isError`, for the model. A tool that
   * the caller cannot use is answered like one that does not exist.
   */
  readonly call: (request: McpToolRequest, context: McpContext) => Promise<ToolResult>;
  /**
   * The response for a call that needs a scope which the token does not have, before the SDK handles the request, so that
   * a client can ask the person for it (step-up); `undefined` for every other message.
   * @param message - The parsed body of the request.
   * @param resourceMetadataUrl - The address of the protected resource metadata (RFC 9728).
   */
  readonly challenge: (
    message: unknown,
    authInfo: Pick<McpAuthInfo, 'scopes'> | undefined,
    resourceMetadataUrl: string,
  ) => ScopeChallenge | undefined;
}

export interface McpToolRequest {
  readonly params: { readonly name: string; readonly arguments?: Record<string, unknown> | undefined };
}

/** Gates for the tools of an MCP server. */
export interface McpGates<P extends Policy> {
  readonly tool: DefineTool<P>;
  readonly tools: (tools: Readonly<Record<string, McpTool>>) => McpTools;
}

/** With the code that JSON-RPC has for an invalid parameter. */
class UnknownToolError extends Error {
  override readonly name = 'UnknownToolError';
  readonly code = -32_602;
  constructor(tool: string) {
    super(`Unknown tool: ${tool.slice(0, 100)}`);
  }
}

/**
 * Creates gates for the tools of an MCP server, for version 1 and 2 of the official SDK:
 *
 * ```ts
 * const { tool, tools } = createMcpGates({ policy, getPermissions: ({ authInfo }) => permissionsOf(authInfo) });
 *
 * const { list, call } = tools({
 *   publish_report: tool('reports:publish', {
 *     title: 'Publish a report',
 *     description: 'Makes a report visible to all members.',
 *     input: z.object({ id: z.string().describe('The key of the report') }),
 *     on: ({ id }) => id,
 *     run: ({ input }) => publish(input.id),
 *   }),
 * });
 * server.setRequestHandler('tools/list', list);
 * server.setRequestHandler('tools/call', call);
 * ```
 */
export function createMcpGates<const P extends Policy>({
  policy,
  getPermissions,
  actors,
  onDecision,
  onError = (error, tool) => console.error(`The tool ${tool} failed:`, error), // oxlint-disable-line no-console -- the default, which the docs name
}: McpGatesOptions<P>): McpGates<P> {
  const define = (required: Requirement, { input, load, requires, on, run, ...texts }: AnyTool): McpTool => {
    const requirement = toPermissionSet(required);
    return {
      listed: listed(texts, jsonSchemaOf(input), texts),
      requirement,
      isOnInstance: on !== undefined,
      actors,
      async run(given, call, report) {
        const permissions = permissionsAtGate(call.permissions, { actors });
        const parsed = { ...call, permissions, input: await parse(input, given) };
        const loaded = await load?.(parsed);
        const check: GateCheck =
          load === undefined
            ? { requirement, on: on?.(parsed.input) }
            : checkOfLoaded(requirement, { requires, on: on ?? (() => '') }, loaded);
        await requireAtGate(permissions, check, report);
        return run({ ...parsed, loaded });
      },
    };
  };

  const callerOf = async ({ http, authInfo = http?.authInfo }: McpContext): Promise<ToolCall> => {
    const caller: McpCaller = { authInfo };
    const permissions: Permissions = await getPermissions(caller);
    return { ...caller, permissions };
  };

  return {
    tool: define as DefineTool<P>, // oxlint-disable-line typescript/no-unsafe-type-assertion -- its overloads relate the parts of a tool to each other
    tools(table) {
      const named = new Map(Object.entries(table));
      return {
        async list(_request, context) {
          const { permissions } = await callerOf(context);
          const usable = await usableTools(permissions, [...named.values()]);
          return {
            tools: [...named].flatMap(([name, tool]) => (usable.has(tool) ? { name, ...tool.listed } : [])),
          };
        },
        async call({ params: { name, arguments: given = {} } }, context) {
          const tool = named.get(name);
          if (tool === undefined) throw new UnknownToolError(name);
          let caller: ToolCall | undefined;
          try {
            const known = (caller = await callerOf(context));
            if (isTooDeep(given)) throw new ToolInputError([{ message: 'The input is nested too deeply.' }]);
            return resultOf(
              await tool.run(given, known, (made) => onDecision?.({ tool: name, ...made }, known)),
            );
          } catch (thrown) {
            const error = causeOf(thrown);
            const failed = failureOf(error, policy);
            const isUsable = caller === undefined || (await isListed(caller.permissions, tool, error));
            if (!isUsable) throw new UnknownToolError(name);
            if (failed !== undefined) return failed;
            onError(error, name);
            return failure('The tool failed. The error is in the log of the server.', {
              title: 'The tool failed.',
              status: 500,
              code: 'TOOL_FAILED',
            });
          }
        },
        challenge(message, authInfo, resourceMetadataUrl) {
          const { method, params } = isRecord(message) ? message : {};
          const tool =
            method === 'tools/call' && isRecord(params) ? named.get(String(params['name'])) : undefined;
          if (tool === undefined || authInfo === undefined) return undefined;
          const scopes = scopesToAskFor(policy, tool.requirement, authInfo.scopes);
          return scopes && scopeChallenge(scopes, resourceMetadataUrl);
        },
      };
    },
  };
}

interface AnyTool extends ToolOptions<ToolSchema> {
  readonly load?: (call: ToolCall & { readonly input: unknown }) => unknown;
  readonly requires?: LoadedRules<unknown, string>['requires'];
  readonly on?: ((inputOrLoaded: unknown) => ResourceRef) | undefined;
  readonly run: (call: ToolCall & { readonly input: unknown; readonly loaded: unknown }) => unknown;
}

async function parse(schema: ToolSchema, given: unknown): Promise<unknown> {
  const result = await schema['~standard'].validate(given);
  if (result.issues !== undefined) throw new ToolInputError(result.issues);
  return result.value;
}

/**
 * Also reports a denial and an outage.
 * @throws {AccessError}
 */
async function requireAtGate(
  permissions: Permissions,
  check: GateCheck,
  report: (made: GateOutcome) => void,
): Promise<void> {
  const instance = instanceOf(check.on);
  try {
    const decision = await requirePermissions(permissions, check);
    report({ ...decision, instance, decision });
  } catch (error) {
    if (error instanceof PermissionDeniedError) {
      const { decision } = error;
      report({ permission: decision.permission, outcome: 'deny', instance, decision });
    }
    if (error instanceof AuthorizationUnavailableError) {
      const [permission] = check.requirement.permissions;
      report({ permission, instance, outcome: 'unavailable' });
    }
    throw error;
  }
}

/** A token without the scope may know of the tool, because the scopes of a server are public. */
async function isListed(permissions: Permissions, tool: McpTool, error: unknown): Promise<boolean> {
  if (error instanceof AuthorizationUnavailableError) return true;
  if (error instanceof PermissionDeniedError && error.decision.reason === 'insufficient_scope') return true;
  return (await usableTools(permissions, [tool])).has(tool);
}
