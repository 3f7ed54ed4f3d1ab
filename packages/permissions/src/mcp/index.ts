export {
  createMcpGates,
  type DefineTool,
  type McpGates,
  type McpGatesOptions,
  type McpToolRequest,
  type McpTools,
  type ToolDecision,
} from './create-mcp-gates.ts';
export {
  type ListedTool,
  type McpAuthInfo,
  type McpCaller,
  type McpContext,
  type McpTool,
  type ToolCall,
  type ToolDescription,
  ToolError,
  type ToolHints,
  type ToolSchema,
} from './tool.ts';
export type { ScopeChallenge } from './scope-challenge.ts';
export type { ToolResult } from './tool-result.ts';
export { type ProcedureTool, toolsOf, type ToolsOfOptions } from './tools-of.ts';
