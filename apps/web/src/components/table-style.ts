/** The one look of tables. The frame clips without scrolling, so that the head can stick below the top bar. */
export const tableFrame = 'overflow-clip rounded-card border border-line bg-surface';

/** A collapsed border would stay behind when the cell sticks; an inset line goes with it. */
export const tableHead =
  'sticky top-14 z-1 h-10 bg-surface px-4 text-left text-sm font-medium text-muted shadow-[inset_0_-1px_var(--color-line)] print:static';
