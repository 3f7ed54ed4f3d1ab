/** The look of a filter chip: a link, so that the filter is in the address, can be shared and goes back. */
export const filterChip =
  'inline-flex h-8 items-center pointer-coarse:h-11 gap-1.5 rounded-full border border-line px-3 text-sm font-medium text-muted transition-colors hover:bg-sunken hover:text-ink ' +
  'aria-[current=page]:border-brass-line aria-[current=page]:bg-brass-wash aria-[current=page]:text-ink';

/** A chip is the current one when its filter is exactly the address's: no filter is a choice too. */
export const filterChipActive = { exact: true, includeSearch: true } as const;
