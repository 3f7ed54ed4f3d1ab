/**
 * All rows have the same height, so that a row's position does not depend on the others. In rem, to grow with the
 * text.
 */
const rowRem = { small: 5.5, wide: 4.25 };
export const rowHeight = 'h-22 lg:h-17';

/** Matches the breakpoint `lg`, from which the roles have their own column. */
const wide = '(min-width: 64rem)';

export function rowPixels(): number {
  const isWide = typeof matchMedia !== 'function' || matchMedia(wide).matches;
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize || '16');
  return rem * (isWide ? rowRem.wide : rowRem.small);
}

export const row = `relative border-b border-line last:border-b-0 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-brass-line ${rowHeight}`;
