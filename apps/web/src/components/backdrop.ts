/** The class of the backdrop of a dialog. */
export const backdropClass =
  'fixed inset-0 z-20 bg-scrim transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0';
