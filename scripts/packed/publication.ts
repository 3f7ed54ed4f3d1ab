import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from '../start/settings.ts';

const Workspace = z.object({
  publication: z.strictObject({
    /** The npm scope that everything is published under. */
    scope: z.templateLiteral(['@', z.string()]),
    /** `https://…`, without `.git`. */
    repository: z.url().optional(),
  }),
});

/** As what the packages are published: `publication` in the root `package.json`, the one place that names it. */
export function publication(): z.output<typeof Workspace>['publication'] {
  return Workspace.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).publication;
}
