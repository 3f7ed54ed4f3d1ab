import { spawnSync } from 'node:child_process';
import { readInstalled, withoutLeave } from './dependencies/licences.ts';
import { readOptions } from './read-options.ts';
import { root } from './start/settings.ts';

const usage = `pnpm dependencies [--licences] [--sbom FILE] [--audit]

  --licences   fails when a package is installed with a licence that is not allowed
  --sbom FILE  writes the bill of materials of what ships (CycloneDX 1.6)
  --audit      fails when the registry knows a severe vulnerability in what ships; warns when the registry does not respond
`;
const options = readOptions(usage, {
  licences: { type: 'boolean' },
  sbom: { type: 'string' },
  audit: { type: 'boolean' },
});

if (options.licences === true) {
  const installed = readInstalled();
  const refused = withoutLeave(installed);
  for (const line of refused) console.error(`The licence is not allowed: ${line}`);
  if (refused.length > 0 || installed.length === 0) process.exitCode = 1;
  else console.log(`${installed.length} packages have licences that are allowed.`);
}

if (options.sbom !== undefined) {
  // What an installation contains: the server with the console, and the CLI. The workspace's pnpm has no `sbom` command
  // yet.
  const shipped = ['server', 'web', 'cli'].flatMap((name) => ['--filter', `@latchkey/${name}`]);
  const form = ['--sbom-format', 'cyclonedx', '--sbom-spec-version', '1.6', '--sbom-type', 'application'];
  const words = ['sbom', ...form, '--prod', '--lockfile-only', ...shipped, '--out', options.sbom];
  const { status } = spawnSync('npx', ['-y', 'pnpm@12.21.0', '--pm-on-fail=ignore', ...words], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
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
  const output = `${stdout}${stderr}`;
  const isUnanswered =
    /ERR_PNPM_AUDIT_BAD_RESPONSE|ERR_PNPM_META_FETCH_FAIL|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN/.test(
      output,
    );
  if (isUnanswered)
    console.warn('::warning::NOT AUDITED: the registry does not respond to queries about vulnerabilities.');
  else {
    console.log(output.trim());
    if (status !== 0) process.exitCode = 1;
  }
}
