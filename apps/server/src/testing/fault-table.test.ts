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

/** The rows of the table of faults, cell by cell, as in the guide: faults with the same effects share a row. */
function faultTable(): readonly (readonly string[])[] {
  return upstreams.flatMap((upstream) => {
    const rows = Map.groupBy(faultsOf(upstream), (fault) => effectsOf(upstream, fault).join(' | '));
    return [...rows.values()].map((faults) => {
      const [first] = faults;
      const named = faults.map((fault) => names[fault] ?? fault).join(', ');
      return [upstream, named, ...(first === undefined ? [] : effectsOf(upstream, first))];
    });
  });
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
  expect(rows.filter((cells) => cells.length === 8 && known.includes(cells[0] ?? ''))).toEqual(faultTable());
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
