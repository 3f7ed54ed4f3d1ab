import type { GroupResult, Results, Row } from './results.ts';

/** By how much a ratio may be below the stored one: machines and their other load differ by about as much. */
export const tolerance = 0.15;

/** What is slower than in the stored run, in words. By CPU time where it is known, because that is what other load changes least. */
export function compare(measured: Results, stored: Results): string[] {
  return Object.entries(measured).flatMap(([name, group]) => {
    const before = stored[name];
    return before === undefined ? [`${name}: there is no stored run`] : compareGroup(group, before);
  });
}

const speedOf = ({ cpuRatio, ratio }: Row): number | undefined => (cpuRatio ?? ratio)?.median;

function compareGroup({ rows }: GroupResult, stored: GroupResult): string[] {
  return stored.rows.flatMap((before) => {
    const was = speedOf(before);
    if (was === undefined) return [];
    const row = rows.find(({ id }) => id === before.id);
    const is = row === undefined ? undefined : speedOf(row);
    if (is === undefined) return [`${before.title}: not measured (${row?.notMeasured ?? 'it is gone'})`];
    if (is >= was * (1 - tolerance)) return [];
    return [`${before.title}: slower, ${is.toPrecision(3)}, and ${was.toPrecision(3)} in the stored run`];
  });
}
