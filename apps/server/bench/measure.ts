/** Runs it several times, one after the other, and prints the median and the longest, in milliseconds. */
export async function measure(
  name: string,
  { rounds, run }: { readonly rounds: number; readonly run: () => Promise<unknown> },
): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await run(); // oxlint-disable-line no-await-in-loop -- one after the other
    times.push(performance.now() - start);
  }
  const median = times.toSorted((one, other) => one - other)[Math.floor(rounds / 2)];
  process.stdout.write(
    `${name.padEnd(32)} ${median?.toFixed(1)} ms, at most ${Math.max(...times).toFixed(1)} ms\n`,
  );
}
