import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readInstalled, readNeeded } from './dependencies/installed-packages.ts';
import { withoutLeave } from './dependencies/licences.ts';
import { makeSbom } from './dependencies/sbom.ts';
import { readOptions } from './read-options.ts';
import { root } from './start/settings.ts';

const usage = `pnpm dependencies [--licences] [--sbom FILE] [--audit]

  --licences   fails when a package is installed whose licence nobody has allowed
  --sbom FILE  writes the bill of materials of what ships (CycloneDX 1.6)
  --audit      fails when the registry knows a severe hole in what ships; a registry that does not answer is said so, and does not fail
`;
const options = readOptions(usage, {
  licences: { type: 'boolean' },
  sbom: { type: 'string' },
  audit: { type: 'boolean' },
});

/** What an installation runs: the server with the console, and the command. */
const shipped = ['apps/server', 'apps/web', 'apps/cli'].map((folder) => join(root, folder));

if (options.licences === true) {
  const installed = readInstalled();
  const refused = withoutLeave(installed);
  for (const line of refused) console.error(`No leave for ${line}`);
  if (refused.length > 0 || installed.length === 0) process.exitCode = 1;
  else console.log(`${installed.length} packages have licences that are allowed.`);
}

if (options.sbom !== undefined) {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const sbom = makeSbom(readNeeded(shipped), version);
  writeFileSync(options.sbom, `${JSON.stringify(sbom, undefined, 2)}\n`);
  console.log(`${sbom.components.length} components are in ${options.sbom}.`);
}

if (options.audit === true) {
  const { status, stdout, stderr } = spawnSync(
    'npx',
    ['-y', 'pnpm@10.34.9', 'audit', '--prod', '--audit-level', 'high'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  const said = `${stdout}${stderr}`;
  const isUnanswered =
    /ERR_PNPM_AUDIT_BAD_RESPONSE|ERR_PNPM_META_FETCH_FAIL|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN/.test(
      said,
    );
  if (isUnanswered)
    console.warn('::warning::NOT AUDITED: the registry does not answer questions about known holes.');
  else {
    console.log(said.trim());
    if (status !== 0) process.exitCode = 1;
  }
}
