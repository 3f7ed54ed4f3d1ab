import type { Policy } from '../../policy.ts';

/** A table as TypeScript, to be formatted: one statement that exports `policy`. */
export function printPolicy(policy: Policy): string {
  // As a key of a literal, unlike of parsed JSON, this one would set the prototype.
  const table = JSON.stringify(policy).replaceAll('"__proto__":', '["__proto__"]:');
  return `import { definePolicy } from '@latchkey/permissions';\n\nexport const policy = definePolicy(${table});\n`;
}
