import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { statusByCode } from '../platform/app-error.ts';
import { upstreams, expectationOf, faultsOf, type Call, type Fault, type Upstream } from './fault-matrix.ts';

/** The columns of the table in docs/guide/troubleshooting.md after the service and the fault. */
const columns: readonly Call[] = ['read', 'write', 'newcomer', 'newKey', 'delivery', 'ready'];

const names: Partial<Readonly<Record<Fault, string>>> = {
  half: 'half an answer',
  'too slow': 'too slow: five seconds or more',
  limited: 'full: 429',
};

/** The rows of the table of faults, cell by cell, as in the guide: services and faults with the same effects share a row. */
function faultTable(): readonly (readonly string[])[] {
  const rows = upstreams.flatMap((upstream) => {
    const faults = faultsOf(upstream).filter((fault) => !isInText(upstream, fault));
    const byEffects = Map.groupBy(faults, (fault) => effectsOf(upstream, fault).join(' | '));
    return [...byEffects].map(([effects, same]) => ({
      upstream,
      cells: `${same.map((fault) => names[fault] ?? fault).join(', ')} | ${effects}`,
    }));
  });
  return [...Map.groupBy(rows, ({ cells }) => cells)].map(([cells, same]) => [
    same.map(({ upstream }) => upstream).join(', '),
    ...cells.split(' | '),
  ]);
}

/**
 * Whether the guide's text before the table covers the fault: a slow service fails no call, and while a service
 * restarts, a call works or fails as for `refused`.
 */
function isInText(upstream: Upstream, fault: Fault): boolean {
  if (fault !== 'slow' && fault !== 'restarted') return false;
  const expected = expectationOf(upstream, fault);
  const refused = expectationOf(upstream, 'refused');
  return columns.every((call) =>
    expected[call].every(
      (outcome) =>
        outcome === 'ok' || outcome === '200' || (fault === 'restarted' && refused[call].includes(outcome)),
    ),
  );
}

function effectsOf(upstream: Upstream, fault: Fault): string[] {
  const expected = expectationOf(upstream, fault);
  return columns.map((call) =>
    call === 'newKey' && upstream !== "Logto's JWKS"
      ? '–'
      : expected[call]
          .map((outcome) => effectOf(call, outcome))
          .join(' or ')
          .replace(/(503 .+ or )503 /, '$1'),
  );
}

function effectOf(call: Call, outcome: string): string {
  if (outcome === 'ok') return call === 'delivery' ? 'applied' : 'works';
  if (call === 'ready') return outcome.replace(/ (.+)/, ' `$1`');
  if (outcome in statusByCode) return `503 \`${outcome}\``;
  return `200, waits: \`${outcome}\``;
}

const root = new URL('../../../../', import.meta.url);
const guide = readFileSync(new URL('docs/guide/troubleshooting.md', root), 'utf8');

/** The cells of all tables' rows, without alignment. */
const rows = guide
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test('the guide has exactly the cells of the table of faults that the tests check', () => {
  const known: readonly string[] = upstreams;
  const isKnown = (cell: string): boolean => cell.split(', ').every((name) => known.includes(name));
  expect(rows.filter(([first = '', ...others]) => others.length === 7 && isKnown(first))).toEqual(
    faultTable(),
  );
});

test('the guide has the longest wait, the symptoms and the recovery for each service', () => {
  const described = rows.filter((cells) => cells.length === 5 && !cells.includes('')).map(([first]) => first);
  expect(described).toEqual(expect.arrayContaining([...upstreams]));
});

test("the row of the browser's network has every fault", () => {
  const named = rows
    .filter((cells) => cells.length === 5)
    .map(([first]) => first)
    .join(', ');
  for (const fault of ['refused', 'reset', 'hanging', 'slow', 'half', 'garbage', 'restarted', 'full'])
    expect(named).toContain(fault);
});

test('every code of an outage or a rate limit is explained, and every file exists', () => {
  const expected = Object.entries(statusByCode)
    .filter(([, status]) => status === 503 || status === 413 || status === 429)
    .map(([code]) => code);
  for (const code of expected) expect(guide).toContain(`\`${code}\``);
  const paths = [...guide.matchAll(/`(?:node )?((?:apps|packages|scripts)\/[\w./-]+\.tsx?)`/g)];
  const missing = paths.flatMap(([, path = '']) => (existsSync(new URL(path, root)) ? [] : [path]));
  expect(paths.length).toBeGreaterThan(0);
  expect(missing).toEqual([]);
});
