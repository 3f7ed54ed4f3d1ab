import { asActionable, ActionableError } from '../actionable-error.ts';
import { mcpResourceOf, type DoctorEnv } from '../env.ts';
import { managementOf } from '../doctor/examine-management.ts';
import { readMcpState } from './mcp-state.ts';
import { planMcp, unknownScopes, type ScopeDrift, type WantedMcp } from './plan-mcp.ts';

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
