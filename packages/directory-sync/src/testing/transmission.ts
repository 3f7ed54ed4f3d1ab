import * as fc from 'fast-check';

/** How the network treats the deliveries of one change. */
export type Transmission = 'lost' | 'once' | 'twice' | 'late';

/** Any transmission; half of them are `once`. */
export const arbitraryTransmission: fc.Arbitrary<Transmission> = fc.constantFrom(
  'lost',
  'once',
  'once',
  'once',
  'twice',
  'late',
);

/**
 * Returns the deliveries that arrive now, in any order: those of `sent` as `transmission` determines, and some of `late`.
 * Late deliveries are added to `late`, which the caller passes again; they remain there, so they may arrive more than
 * once. `random` returns any natural number.
 */
export function transmit<T>(
  sent: readonly T[],
  {
    transmission,
    late,
    random,
  }: { readonly transmission: Transmission; readonly late: T[]; readonly random: () => number },
): T[] {
  const arriving = late.filter(() => random() % 2 === 0);
  if (transmission === 'late') late.push(...sent);
  if (transmission === 'once') arriving.push(...sent);
  if (transmission === 'twice') arriving.push(...sent, ...sent);
  return arriving.toSorted(() => (random() % 2) - 0.5);
}
