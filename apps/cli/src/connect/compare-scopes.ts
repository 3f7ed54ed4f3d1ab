import { asActionable, ActionableError } from '../actionable-error.ts';
import { mcpResourceOf, type DoctorEnv } from '../env.ts';
import { managementOf } from '../doctor/examine-management.ts';
import { readMcpState } from './mcp-state.ts';
import type { LogtoStep } from './plan-logto.ts';
import { planMcp, unknownScopes, type WantedMcp } from './plan-mcp.ts';

/** How Logto differs from the scopes of a policy table. */
export interface ScopeDrift {
  /** What `latchkey connect logto` would change. */
  readonly steps: readonly LogtoStep[];
  /** Scopes of the MCP server's resource in Logto that the table does not have. */
  readonly unknown: readonly string[];
}

/** @returns the reason, as a sentence, when they cannot be compared */
export async function compareScopes(
  scopes: WantedMcp['scopes'],
  env: DoctorEnv,
): Promise<ScopeDrift | string> {
  if (env.MCP_RESOURCE === 'off') return { steps: [], unknown: [] };
  const resource = mcpResourceOf(env);
  const management = managementOf(env);
  if (resource === undefined || management === undefined)
    return 'Set LOGTO_ENDPOINT, LOGTO_M2M_APP_ID, LOGTO_M2M_APP_SECRET, and CONSOLE_URL or MCP_RESOURCE.';
  const state = await readMcpState(management, resource).catch(asActionable);
  if (state instanceof ActionableError) return state.says;
  const wanted = { resource, scopes, enableDocuments: false };
  return {
    steps: planMcp(state, wanted).filter(({ change }) => change !== 'unchanged'),
    unknown: unknownScopes(state, wanted),
  };
}
