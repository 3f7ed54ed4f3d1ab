import type { AuthorizationResult } from '@latchkey/permit-engine';

/** One sentence: the reasons of the models that allowed, or the most specific reason of those that did not. */
export function reasonOf({ allow, debug }: AuthorizationResult): string | null {
  if (debug === undefined) return null;
  // When the user has a role on the object, the denial about the object is more specific than "no roles in the
  // tenant".
  const hasGraphRoles = debug.rebac !== undefined && debug.rebac.code !== 'no_graph_roles';
  const byTelling = hasGraphRoles
    ? [debug.rebac, debug.rbac, debug.abac]
    : [debug.rbac, debug.rebac, debug.abac];
  const models = byTelling.filter((model) => model !== undefined);
  const telling = models.find((model) => model.allow === allow) ?? models[0];
  return telling?.reason ?? null;
}
