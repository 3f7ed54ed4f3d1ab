import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretVariables } from '@latchkey/environment/secret-files';
import { expect, test } from 'vitest';
import { root } from './start/settings.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, one = '']) => one);

const dockerfile = read('Dockerfile');
const compose = read('compose.yaml');
const unit = read('deploy/systemd/latchkey.service');
const chart = read('deploy/helm/latchkey/templates/server.yaml');
const pdp = read('deploy/helm/latchkey/templates/pdp.yaml');
const helpers = read('deploy/helm/latchkey/templates/_helpers.tpl');
const values = read('deploy/helm/latchkey/values.yaml');

const workflows = globSync('.github/workflows/*.yml', { cwd: root }).map((file) => {
  const [, jobs = ''] = read(file).split('\njobs:\n');
  return { file, jobs: jobs.split(/^(?= {2}[\w-]+:\n)/gm).filter((job) => job.trim() !== '') };
});

const variables = new Set([
  ...all(read('apps/server/src/env.ts'), /^ {4}([A-Z]\w+):/gm),
  ...secretVariables.map((name) => `${name}_FILE`),
  'NODE_ENV',
]);
const unknownAmong = (names: readonly string[]): string[] => names.filter((name) => !variables.has(name));

test('the image is built with the versions that the tests use', () => {
  expect(all(dockerfile, /NODE_VERSION=([\d.]+)/g)).toEqual(
    all(read('pnpm-workspace.yaml'), /^nodeVersion: ([\d.]+)/gm),
  );
  const [pnpm] = all(read('package.json'), /pnpm@([\d.]+)/g);
  const others = ['.devcontainer/devcontainer.json', ...workflows.map(({ file }) => file)].map(read);
  for (const text of [dockerfile, ...others])
    expect(new Set(all(text, /pnpm@([\d.]+)/g))).toEqual(new Set([pnpm]));
});

test('the image, compose, the systemd unit and the chart set only variables that the server reads', () => {
  const named = {
    image: all(dockerfile, /(?:ENV | )([A-Z_]{4,})=\S/g).filter((name) => name !== 'NODE_VERSION'),
    compose: all(compose.split('\n  latchkey:')[1] ?? '', /^ {6}([A-Z_]+): /gm),
    unit: all(unit, /(?:Environment=| )([A-Z_]{4,})=[/%\w]/g),
    settings: all(/^settings:\n(.*?)\n\n/ms.exec(values)?.[1] ?? '', /^ {2}([A-Z]\w+):/gm),
    secrets: all(values, /^ {4}- ([A-Z_]+)$/gm).map((name) => `${name}_FILE`),
  };
  for (const [place, names] of Object.entries(named)) {
    expect({ place, some: names.length > 2, unknown: unknownAmong(names) }).toEqual({
      place,
      some: true,
      unknown: [],
    });
  }
  expect(unknownAmong(all(chart, /"([A-Z_]{4,})"/g))).toEqual([]);
});

test('compose uses a Logto without CVE-2026-56739, and fetches its events, which Logto does not send to another container', () => {
  const [version = ''] = all(compose, /image: svhd\/logto:1\.(\d+)\b/g);
  expect(Number(version)).toBeGreaterThanOrEqual(43);
  const [target = ''] = all(compose, /'webhook', 'listen', '--to', '(.*)'\]/g);
  expect(new URL(target).pathname).toBe('/api/webhooks/logto');
  expect(compose).toMatch(new RegExp(`^  ${new URL(target).hostname}:$`, 'm'));
});

test('every command and URL exists', () => {
  const programs = [dockerfile, unit].flatMap((text) => all(text, /(apps\/\w+\/[\w/]+\.[jt]s)/g));
  expect(programs.length).toBeGreaterThan(2);
  // Build outputs are named after their source.
  const sources = programs.map((file) => file.replace(/\/dist\/(\w+)\.js$/, '/src/$1.ts'));
  expect(sources.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  const routes = all(read('apps/server/src/platform/http/health.ts'), /'(\/\w+z)'/g);
  const asked = [...all(chart, /path: '?(\/\w+z)/g), ...all(dockerfile, /(\/\w+z)'/g)];
  expect(asked).toHaveLength(4);
  expect(asked.filter((path) => !routes.includes(path))).toEqual([]);
});

test('the server has the same memory limits in every deployment', () => {
  const [image] = all(dockerfile, /^CMD \["node", (.*), "apps/gm).map((args) => args.replaceAll(/[",]/g, ''));
  const [service] = all(unit, /^ExecStart=\S+ (.*) apps/gm);
  const [start] = all(read('scripts/start/bring-up.ts'), /const memory = \[(.*)\]/g).map((args) =>
    args.replaceAll(/[',]/g, ''),
  );
  expect(start).toMatch(/^--max-semi-space-size=\d+ --optimize-for-size$/);
  expect({ image, service }).toEqual({ image: start, service: start });
});

test('the image and the chart agree on the user and on writable paths', () => {
  const [user] = all(dockerfile, /^USER (\d+):\d+/gm);
  expect(user).toBe('10001');
  expect(all(chart, /"user" (\d+)/g)).toEqual([user]);
  const [folder = ''] = all(dockerfile, /DATA_DIR=(\S+)/g);
  expect(all(dockerfile, /^VOLUME (\S+)/gm)).toEqual([folder]);
  expect(all(chart, /name: spill, mountPath: (\S+) /g)).toEqual([folder]);
  expect(compose).toContain(`'audit:${folder}'`);
});

test('every pod runs with seccomp and not as root, and only the servers can reach a PDP', () => {
  const pods = all(helpers, /"latchkey.pod-security" -\}\}\n(.*?)\{\{- end/gs).join('');
  expect(pods).toContain('runAsNonRoot: true');
  expect(pods).toContain('seccompProfile: { type: RuntimeDefault }');
  for (const template of [chart, pdp]) {
    expect(template).toMatch(
      /securityContext:\n(?: +#.*\n)? {8}\{\{- include "latchkey.pod-security" \(dict "user" \d+ "group" \d+\)/,
    );
    expect(template).toMatch(
      /securityContext:\n(?: +readOnly.*\n)? +\{\{- include "latchkey.container-security"/,
    );
  }
  expect(pdp).toMatch(
    /kind: NetworkPolicy\n.*policyTypes: \[Ingress, Egress\]\n {2}ingress:\n {4}- from:\n {8}- podSelector:\n.*"part" "latchkey"\)/s,
  );
});

test('every image can be pinned by digest', () => {
  expect(
    all(`${chart}\n${pdp}`, /^ +image: (.*)$/gm).filter((image) => !image.includes('latchkey.image')),
  ).toEqual([]);
  const named = [...all(compose, /^ {4}image: (.*)$/gm), ...all(dockerfile, /^FROM (node\S+)/gm)];
  // The server and `listen` run an image that is built locally.
  expect(named.filter((image) => !/\$\{[A-Z]+_DIGEST(?::-)?\}$/.test(image))).toEqual([
    'latchkey',
    'latchkey',
  ]);
  expect(named).toHaveLength(7);
});

test("in compose only the operator has the superuser's password", () => {
  const [, blank = ''] = compose.split(': &without-passwords\n');
  const passwords = [...new Set(all(compose, /\$\{([A-Z_]+_PASSWORD)/g))].toSorted();
  expect(all(blank.split('\n\n')[0] ?? '', /^ {2}(\w+): ''$/gm).toSorted()).toEqual(passwords);
  expect(all(compose, /^ {4}(env_file): /gm)).toHaveLength(all(compose, /: (\*without-passwords)$/gm).length);
  expect(all(compose, /^(.*\$\{POSTGRES_PASSWORD.*)$/gm)).toEqual([
    expect.stringContaining('POSTGRES_PASSWORD: '),
  ]);
  expect(all(compose, /postgres:\/\/(\w+:\$\{\w+\}@\S+)$/gm)).toEqual([
    'logto:${LOGTO_DB_PASSWORD}@postgres:5432/logto',
    'latchkey:${LATCHKEY_DB_PASSWORD}@postgres:5432/latchkey',
  ]);
});

test('workflows name actions by commit, and jobs with write permissions run no tests', () => {
  expect(workflows.length).toBeGreaterThan(1);
  for (const { file, jobs } of workflows) {
    const text = read(file);
    expect({ file, unpinned: all(text, /uses: (?!\S+@[\da-f]{40} # v\d+\.\d+\.\d+$)(.*)$/gm) }).toEqual({
      file,
      unpinned: [],
    });
    expect(text).toContain('\npermissions: {}\n');
    const writing = jobs.filter((job) => /: write/.test(job));
    expect(writing.filter((job) => /run: pnpm (?:test|check|build)/.test(job))).toEqual([]);
    const others = jobs.filter((job) => !writing.includes(job));
    expect(others.filter((job) => !job.includes('    permissions:\n      contents: read\n    '))).toEqual([]);
  }
});

test('issue forms have their texts in block style, because a comma ends a text in flow style', () => {
  const forms = globSync('.github/ISSUE_TEMPLATE/*.yml', { cwd: root });
  expect(forms.length).toBeGreaterThan(1);
  expect(forms.filter((file) => /attributes:\s*\{/.test(read(file)))).toEqual([]);
});

test('no secret is passed to an image build', () => {
  const ignored = read('.dockerignore').split('\n');
  expect(['.env*', '.data', '.git'].filter((one) => !ignored.includes(one))).toEqual([]);
});
