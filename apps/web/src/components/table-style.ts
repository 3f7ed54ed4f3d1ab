/** The frame of every table. Clips without scrolling, so that the header can be sticky below the top bar. */
export const tableFrame =
  'overflow-clip rounded-card border border-line bg-surface print:overflow-visible print:border-0';

/** A collapsed border does not move with a sticky cell; an inset shadow does. */
export const tableHead =
  'sticky top-[calc(3.5rem+var(--bar))] z-1 h-10 bg-surface px-4 text-left text-sm font-medium text-muted shadow-[inset_0_-1px_var(--color-line)] print:static';
