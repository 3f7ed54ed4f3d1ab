import { statusByCode } from '../platform/app-error.ts';
import { expectationOf, faultsOf, upstreams, type Call, type Fault, type Upstream } from './fault-matrix.ts';

/** The columns of the table in docs/guide/troubleshooting.md after the service and the fault. */
const columns: readonly Call[] = ['read', 'write', 'newcomer', 'newKey', 'delivery', 'ready'];

const names: Partial<Readonly<Record<Fault, string>>> = {
  half: 'half an answer',
  'too slow': 'too slow: five seconds or more',
  limited: 'full: 429',
};

/** The rows of the table of faults, cell by cell, as in the guide: faults with the same effects share a row. */
export function faultTable(): readonly (readonly string[])[] {
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
