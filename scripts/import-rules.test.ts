import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('..', import.meta.url));

/** [file, import]. Each violates a rule of "Imports between folders and packages" in CONTRIBUTING.md. */
const wrong = [
  ['apps/server/src/platform/bus/a.ts', '../../features/sync/tables.ts'],
  ['apps/server/src/platform/database/a.ts', '../../directory/people.ts'],
  ['apps/server/src/platform/http/limits/a.ts', '../../../authentication/key-set.ts'],
  ['apps/server/src/platform/trpc/a.ts', '../../wiring/open-services.ts'],
  ['apps/server/src/platform/metrics/a.ts', '../../env.ts'],
  ['apps/server/src/authentication/a.ts', '../directory/people.ts'],
  ['apps/server/src/authentication/b.ts', '../features/sync/tables.ts'],
  ['apps/server/src/directory/a.ts', '../features/sync/tables.ts'],
  ['apps/server/src/directory/b.ts', '../wiring/open-services.ts'],
  ['apps/server/src/features/reports/a.ts', '../sync/tables.ts'],
  ['apps/server/src/features/reports/b.ts', '../../wiring/open-services.ts'],
  ['apps/server/src/features/reports/f.ts', '../../env.ts'],
  ['apps/server/src/features/sync/inbox/a.ts', '../../reports/tables.ts'],
  ['apps/server/src/features/reports/e.ts', '../audit/tables.ts'],
  ['apps/server/src/features/reports/g.ts', '../audit/receipts.ts'],
  ['apps/server/src/features/reports/h.ts', '../audit/record.ts/b.ts'],
  ['apps/server/src/features/reports/i.ts', '../automation/tables.ts'],
  ['apps/server/src/features/reports/j.ts', '../../features/sync/tables.ts'],
  ['apps/server/src/features/sync/inbox/f.ts', '../../audit/receipts.ts'],
  ['apps/server/src/features/sync/inbox/g.ts', '../../automation/tables.ts'],
  ['apps/server/src/features/sync/inbox/e.ts', '../../audit/tables.ts'],
  ['apps/server/src/features/sync/inbox/store/a.ts', '../../../reports/tables.ts'],
  ['apps/server/src/features/sync/inbox/store/b.ts', '../../../audit/tables.ts'],
  ['apps/server/src/features/sync/inbox/store/c.ts', '../../../../wiring/open-services.ts'],
  ['apps/web/src/features/reports/a.ts', '../members/filters.ts'],
  ['apps/web/src/features/reports/kinds/a.ts', '../../members/filters.ts'],
  ['apps/web/src/layout/a.ts', '../features/reports/filters.ts'],
  ['apps/web/src/shared/a.ts', '../layout/page-data.ts'],
  ['apps/web/src/shared/sharing/a.ts', '../../features/reports/filters.ts'],
  ['apps/web/src/ui/a.ts', '../shared/person.tsx'],
  ['apps/web/src/ui/b.ts', '../policy.ts'],
  ['apps/web/src/ui/c.ts', '@latchkey/policy'],
  ['apps/web/src/api/a.ts', '../ui/notice.tsx'],
  ['apps/web/src/policy.ts', './shared/person.tsx'],
  ['apps/web/src/layout/b.ts', '../router.ts'],
  ['packages/permissions/src/permit/a.ts', '../policy-as-code/plan-policy.ts'],
  ['packages/permissions/src/explain/a.ts', '../testing/why.ts'],
  ['packages/permissions/src/core/a.ts', '../trpc/gate.ts'],
  ['packages/permissions/src/facts/a.ts', '../permit/permit-decider.ts'],
  ['packages/permissions/src/permit/b.ts', 'zod'],
  ['packages/permissions/src/policy-as-code/b.ts', 'zod'],
] as const;

const right = [
  ['apps/server/src/router.ts', './features/sync/sync-router.ts'],
  ['apps/server/src/app.ts', './wiring/open-services.ts'],
  ['apps/server/src/wiring/a.ts', '../features/sync/sync-router.ts'],
  ['apps/server/src/platform/trpc/b.ts', '../../authentication/identity.ts'],
  ['apps/server/src/authentication/c.ts', '../platform/app-error.ts'],
  ['apps/server/src/directory/c.ts', '../authentication/identity.ts'],
  ['apps/server/src/features/reports/c.ts', '../../platform/trpc/trpc.ts'],
  ['apps/server/src/features/reports/d.ts', '../audit/record.ts'],
  ['apps/server/src/features/sync/inbox/d.ts', '../../audit/record.ts'],
  ['apps/server/src/features/sync/inbox/b.ts', '../tables.ts'],
  ['apps/server/src/features/sync/inbox/c.ts', '../../../directory/people.ts'],
  ['apps/server/src/features/sync/inbox/store/d.ts', '../../../audit/record.ts'],
  ['apps/server/src/features/sync/inbox/store/e.ts', '../../tables.ts'],
  ['apps/server/src/features/sync/inbox/store/f.ts', '../../../../directory/people.ts'],
  ['apps/web/src/router.ts', './features/reports/routes.tsx'],
  ['apps/web/src/features/reports/kinds/b.ts', '../filters.ts'],
  ['apps/web/src/features/reports/kinds/c.ts', '../../../shared/person.tsx'],
  ['apps/web/src/features/reports/b.ts', '../../layout/page-data.ts'],
  ['apps/web/src/layout/c.ts', '../shared/person.tsx'],
  ['apps/web/src/shared/b.ts', '../ui/notice.tsx'],
  ['apps/web/src/shared/sharing/b.ts', '../../api/trpc.ts'],
  ['apps/web/src/ui/d.ts', '../i18n/translate.ts'],
  ['packages/permissions/src/policy-as-code/a.ts', '../permit/permit-management.ts'],
  ['packages/permissions/src/permit/c.ts', 'zod/v4'],
  ['packages/permissions/src/explain/b.ts', '../facts/facts.ts'],
  ['packages/permissions/src/core/b.ts', '../list/list-plan.ts'],
] as const;

const Report = z.object({ diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })) });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-imports-'));
  for (const rules of ['.oxlintrc.json', 'apps/web/.oxlintrc.json'])
    cpSync(join(root, rules), join(folder, rules));
  for (const [file, imported] of [...wrong, ...right]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `import { a } from '${imported}';\nconsole.log(a);\n`);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('lint refuses forbidden imports, and no others', () => {
  let output: string;
  try {
    output = execFileSync(join(root, 'node_modules/.bin/oxlint'), ['--format', 'json'], {
      cwd: folder,
      encoding: 'utf8',
    });
  } catch (error) {
    output = z.object({ stdout: z.string() }).parse(error).stdout;
  }
  const refused = Report.parse(JSON.parse(output))
    .diagnostics.filter(({ code }) => code.includes('no-restricted-imports'))
    .map(({ filename }) => filename);
  expect(refused.toSorted()).toEqual(wrong.map(([file]) => file).toSorted());
});

test('no feature of the server has folders that are too deep for the rules', () => {
  expect(globSync('apps/server/src/features/*/*/*/*/', { cwd: root })).toEqual([]);
});
