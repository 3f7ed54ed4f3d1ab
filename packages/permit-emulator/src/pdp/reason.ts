import type { AuthorizationResult } from '@latchkey/permit-engine';

/** One sentence on why: of the models that allowed, else of the one that has the most to say. */
export function reasonOf({ allow, debug }: AuthorizationResult): string | null {
  if (debug === undefined) return null;
  const models = [debug.rbac, debug.rebac, debug.abac].filter((model) => model !== undefined);
  const telling = models.find((model) => model.allow === allow) ?? models[0];
  return telling?.reason ?? null;
}
