import { openIngestion } from './open-ingestion.ts';

/** `node bench/ingestion.ts [events]`: sends events in turns to both endpoints of `openIngestion`, and prints the medians of their rates. */
const [events = 10_000] = process.argv.slice(2).map(Number);

await using ingestion = await openIngestion();
const rates = { nothing: [] as number[], real: [] as number[] };
/* oxlint-disable no-await-in-loop -- one round after the other */
for (let turn = 0; turn < 6; turn++) {
  rates.nothing.push(await ingestion.measure('nothing', events));
  rates.real.push(await ingestion.measure('real', events));
}
/* oxlint-enable no-await-in-loop */
const median = (all: readonly number[]): number => all.slice(1).toSorted((a, b) => a - b)[2] ?? 0;
const [bare, kept] = [median(rates.nothing), median(rates.real)];
console.log(
  JSON.stringify({
    events,
    nothing: Math.round(bare),
    real: Math.round(kept),
    ratio: Math.round((kept / bare) * 100) / 100,
  }),
);
