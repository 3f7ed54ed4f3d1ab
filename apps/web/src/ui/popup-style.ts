export const backdropClass =
  'fixed inset-0 z-20 bg-scrim transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0';

export const menuItem =
  'flex min-h-9 cursor-default pointer-coarse:min-h-11 items-center gap-2 rounded-control px-2.5 py-1.5 outline-none select-none data-highlighted:bg-sunken';

export const menuPopup =
  'origin-(--transform-origin) rounded-card border border-line bg-surface p-1 shadow-float transition-[opacity,scale] data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0';
