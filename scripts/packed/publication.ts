import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from '../start/settings.ts';

const Workspace = z.object({
  publication: z.strictObject({
    /** The npm scope of all published packages. */
    scope: z.templateLiteral(['@', z.string()]),
    /** `https://…`, without `.git`. */
    repository: z.url().optional(),
  }),
});

/** The scope and repository of the published packages: `publication` in the root `package.json`, their only source. */
export function publication(): z.output<typeof Workspace>['publication'] {
  return Workspace.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).publication;
}
