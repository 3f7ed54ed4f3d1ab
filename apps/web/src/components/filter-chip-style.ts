/** The class of a filter chip. A chip is a link: the filter is then in the URL, can be shared, and works with the back button. */
export const filterChip =
  'inline-flex h-8 items-center pointer-coarse:h-11 gap-1.5 rounded-full border border-line px-3 text-sm font-medium text-muted transition-colors hover:bg-sunken hover:text-ink ' +
  'aria-[current=page]:border-brass-line aria-[current=page]:bg-brass-wash aria-[current=page]:text-ink';

/** Added to the class of a chip that is chosen, and is no link to itself. */
export const filterChipChosen = 'border-brass-line! bg-brass-wash! text-ink!';

/** For `activeOptions`: the chip whose filter equals the one in the URL is current, "no filter" included. */
export const filterChipActive = { exact: true, includeSearch: true } as const;
