import type { GroupResult, Results, Row } from './results.ts';
import type { Spread } from './statistics.ts';

/** By how much the median of a ratio may be below the stored one: machines and their other load differ by about as much. */
export const tolerance = 0.15;

/** What is slower than in the stored run, in words. By CPU time where it is known, because that is what other load changes least. */
export function compare(measured: Results, stored: Results): string[] {
  return Object.entries(measured).flatMap(([name, group]) => {
    const before = stored[name];
    return before === undefined ? [`${name}: there is no stored run`] : compareGroup(group, before);
  });
}

/** Of both rows by the same measure. */
function speedsOf(before: Row, row: Row | undefined): { was?: Spread | undefined; is?: Spread | undefined } {
  const { cpuRatio: was } = before;
  const is = row?.cpuRatio;
  return was === undefined || is === undefined ? { was: before.ratio, is: row?.ratio } : { was, is };
}

const inWords = ({ median, low, high }: Spread): string =>
  `${median.toPrecision(3)} (${low.toPrecision(3)} to ${high.toPrecision(3)})`;

function compareGroup({ rows }: GroupResult, stored: GroupResult): string[] {
  return stored.rows.flatMap((before) => {
    const row = rows.find(({ id }) => id === before.id);
    const { was, is } = speedsOf(before, row);
    if (was === undefined || row?.isOurs === false) return [];
    if (is === undefined) return [`${before.title}: not measured (${row?.notMeasured ?? 'it is gone'})`];
    // On a busy machine medians differ by more. What is really slower never gets as fast as it was, in no round.
    if (is.median >= was.median * (1 - tolerance) || is.high >= was.median) return [];
    return [
      `${before.title}: slower, ${inWords(is)} of ${before.relativeTo}, and ${inWords(was)} in the stored run`,
    ];
  });
}
