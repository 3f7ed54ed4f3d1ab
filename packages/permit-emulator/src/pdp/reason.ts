import type { AuthorizationResult } from '@latchkey/permit-engine';

/** One sentence on why: of the models that allowed, else of the one that has the most to say. */
export function reasonOf({ allow, debug }: AuthorizationResult): string | null {
  if (debug === undefined) return null;
  // Of two denials the one about the object says more than "no roles in the tenant", if the user has any role there.
  const hasGraphRoles = debug.rebac !== undefined && debug.rebac.code !== 'no_graph_roles';
  const byTelling = hasGraphRoles
    ? [debug.rebac, debug.rbac, debug.abac]
    : [debug.rbac, debug.rebac, debug.abac];
  const models = byTelling.filter((model) => model !== undefined);
  const telling = models.find((model) => model.allow === allow) ?? models[0];
  return telling?.reason ?? null;
}
