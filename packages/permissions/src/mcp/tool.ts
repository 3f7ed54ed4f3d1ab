import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { Decision } from '../core/decision.ts';
import type { ActorsOption } from '../core/in-person.ts';
import type { Permissions } from '../core/permissions.ts';
import type { PermissionSet } from '../trpc/requirement.ts';

/** A schema of zod 4.2 or later, ArkType 2.1.28 or later, or another library with Standard JSON Schema. */
export type ToolSchema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output> &
  StandardJSONSchemaV1<Input, Output>;

/** The caller of a server, as both versions of the MCP SDK pass it: `authInfo` of the verified token. */
export interface McpAuthInfo {
  readonly token: string;
  readonly clientId: string;
  readonly scopes: string[];
  readonly extra?: Record<string, unknown>;
}

/** The second argument of a request handler: in SDK 2, `authInfo` is in `http`. */
export interface McpContext {
  readonly http?: { readonly authInfo?: McpAuthInfo } | undefined;
  readonly authInfo?: McpAuthInfo | undefined;
}

/** The caller of one request. */
export interface McpCaller {
  /** The caller's verified token; `undefined` when the transport has none, as over stdio. */
  readonly authInfo: McpAuthInfo | undefined;
}

/** What a model and the person who uses it see of a tool. */
export interface ToolDescription {
  readonly title: string;
  /** What the tool does and when to use it, for the model. */
  readonly description: string;
}

/** The annotations of MCP: hints for the application, which may ask the person before it calls the tool. */
export interface ToolHints {
  /** The tool changes nothing. Default: false. */
  readonly readOnly?: boolean | undefined;
  /** The tool removes or replaces something, instead of only adding. Default: true, unless `readOnly`. */
  readonly destructive?: boolean | undefined;
}

export interface ToolCall<UserPermissions = Permissions> extends McpCaller {
  readonly permissions: UserPermissions;
}

/** A tool with a gate, from `createMcpGates` or `toolsOf`. */
export interface McpTool extends ActorsOption {
  readonly listed: Omit<ListedTool, 'name'>;
  readonly requirement: PermissionSet;
  /** Whether the gate checks one instance, which the input names. */
  readonly isOnInstance: boolean;
  /**
   * Parses the input, passes the gate and runs the tool.
   * @throws {ToolInputError}
   */
  readonly run: (
    input: unknown,
    call: ToolCall,
    /** Called with the decision of the gate, unless the gate reports it itself. */
    report: (made: GateOutcome) => void,
  ) => Promise<unknown>;
}

/** The decision of a gate. */
export interface GateOutcome {
  /** The decisive permission. */
  readonly permission: string;
  /** The instance key; `undefined` for the resource as a whole. */
  readonly instance: string | undefined;
  readonly outcome: 'allow' | 'deny' | 'unavailable';
  /** Absent when the outcome is `unavailable`. */
  readonly decision?: Decision | undefined;
}

export interface ListedTool extends ToolDescription {
  readonly name: string;
  readonly inputSchema: ToolInputSchema;
  readonly annotations: {
    readonly title: string;
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
  };
}

export interface ToolInputSchema {
  readonly type: 'object';
  readonly [keyword: string]: unknown;
}

/** Thrown for an input that the tool's schema refuses. Its issues are sent to the model. */
export class ToolInputError extends Error {
  override readonly name = 'ToolInputError';
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  constructor(issues: readonly StandardSchemaV1.Issue[]) {
    super('The input of the tool is invalid.');
    this.issues = issues.slice(0, maxIssues).map(({ path = [], message }) => ({
      path: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
      message,
    }));
  }
}

const maxIssues = 20;

export function listed(
  { title, description }: ToolDescription,
  inputSchema: ToolInputSchema,
  { readOnly = false, destructive = !readOnly }: ToolHints,
): McpTool['listed'] {
  const annotations = { title, readOnlyHint: readOnly, destructiveHint: destructive };
  return { title, description, inputSchema, annotations };
}

/** @throws {TypeError} when the schema is not of an object, or its library provides no JSON Schema */
export function jsonSchemaOf(schema: unknown): ToolInputSchema {
  const standard = Object(Object(schema)['~standard']);
  if (typeof standard.jsonSchema?.input !== 'function')
    throw new TypeError(
      'The input of a tool needs a schema with Standard JSON Schema: zod 4.2 or later, ArkType 2.1.28 or later.',
    );
  const { $schema: _, ...json } = standard.jsonSchema.input({ target: 'draft-2020-12' });
  if (!isObjectSchema(json)) throw new TypeError('The input of a tool must be an object: z.object({ … }).');
  return json;
}

function isObjectSchema(json: Record<string, unknown>): json is Record<string, unknown> & ToolInputSchema {
  return json['type'] === 'object';
}

/** An error whose message the model sees: what went wrong, and what to do instead. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  /** For programs, in the structured content. */
  readonly code: string;
  constructor(
    message: string,
    { code = 'TOOL_ERROR', cause }: { readonly code?: string; readonly cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.code = code;
  }
}
