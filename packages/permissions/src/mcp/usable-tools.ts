import { permissionsAtGate } from '../core/in-person.ts';
import type { Permissions } from '../core/permissions.ts';
import { ListNotPlannableError } from '../list/list-plan.ts';
import type { McpTool } from './tool.ts';

/** Those that the caller can use on the resource as a whole or, if the input names an instance, on at least one. */
export async function usableTools(
  permissions: Permissions,
  tools: readonly McpTool[],
): Promise<ReadonlySet<McpTool>> {
  const groups = [...Map.groupBy(tools, ({ actors }) => actors)];
  const usable = await Promise.all(
    groups.map(async ([actors, group]) => usableAtGate(permissionsAtGate(permissions, { actors }), group)),
  );
  return new Set(usable.flat());
}

async function usableAtGate(permissions: Permissions, tools: readonly McpTool[]): Promise<McpTool[]> {
  const asked = [...new Set(tools.flatMap(({ requirement }) => requirement.permissions))];
  const decisions = await permissions.checkMany(asked.map((permission) => ({ permission, on: undefined })));
  const whole = new Set(asked.filter((_, index) => decisions[index]?.outcome === 'allow'));
  const onInstances = new Set(
    tools.filter(({ isOnInstance }) => isOnInstance).flatMap(({ requirement }) => requirement.permissions),
  );
  const denied = asked.filter((permission) => onInstances.has(permission) && !whole.has(permission));
  const found = await Promise.all(denied.map(async (permission) => isOnSome(permissions, permission)));
  const some = new Set([...whole, ...denied.filter((_, index) => found[index])]);
  return tools.filter(({ requirement: { match, permissions: required }, isOnInstance }) => {
    const allowed = isOnInstance ? some : whole;
    return match === 'all'
      ? required.every((permission) => allowed.has(permission))
      : required.some((permission) => allowed.has(permission));
  });
}

/** Also if that cannot be planned: the gate of the call decides. */
async function isOnSome(permissions: Permissions, permission: string): Promise<boolean> {
  try {
    return (await permissions.list(permission)).kind !== 'none';
  } catch (error) {
    if (error instanceof ListNotPlannableError) return true;
    throw error;
  }
}
