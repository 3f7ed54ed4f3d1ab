/** The look of a filter chip: a link, so that the filter is in the address, can be shared and goes back. */
export const filterChip =
  'inline-flex h-8 items-center gap-1.5 rounded-full border border-line px-3 text-sm font-medium text-muted transition-colors hover:bg-sunken hover:text-ink ' +
  'aria-[current=true]:border-brass-line aria-[current=true]:bg-brass-wash aria-[current=true]:text-ink';
