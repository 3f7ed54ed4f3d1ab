import type { AuthorizationResult } from '@latchkey/permit-engine';

/**
 * One sentence: the reason of a model that allowed. Of a denial, ReBAC's, which is true of all roles: RBAC's says "no
 * roles assigned" of someone who has roles on instances only.
 */
export function reasonOf({ allow, debug }: AuthorizationResult): string | null {
  if (debug === undefined) return null;
  const { rbac, rebac, abac } = debug;
  const models = [rebac, rbac, abac].filter((model) => model !== undefined);
  const telling = models.find((model) => model.allow === allow) ?? models[0];
  return telling?.reason ?? null;
}
