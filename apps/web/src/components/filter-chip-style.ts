/**
 * The class of a filter chip. A chip is a link, so the filter is in the URL, can be shared, and works with the back
 * button.
 */
export const filterChip =
  'inline-flex h-8 items-center pointer-coarse:h-11 gap-1.5 rounded-full border border-line px-3 text-sm font-medium text-muted transition-colors hover:bg-sunken hover:text-ink ' +
  'aria-[current=page]:border-brass-line aria-[current=page]:bg-brass-wash aria-[current=page]:text-ink';

/** Additional class of an active chip that does not link to itself. */
export const filterChipChosen = 'border-brass-line! bg-brass-wash! text-ink!';

/** For `activeOptions`: the chip whose filter equals the URL's is current, including "no filter". */
export const filterChipActive = { exact: true, includeSearch: true } as const;
