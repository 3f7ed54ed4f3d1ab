import type { Policy } from '../../policy.ts';

/** A policy as a TypeScript module that exports `policy`. The code is valid but not formatted. */
export function printPolicy(policy: Policy): string {
  // Unlike in JSON, the key `__proto__` in an object literal sets the prototype.
  const table = JSON.stringify(policy).replaceAll('"__proto__":', '["__proto__"]:');
  return `import { definePolicy } from '@latchkey/permissions';\n\nexport const policy = definePolicy(${table});\n`;
}
