import { raw, type Html } from './html.ts';

/** Builds a stroke icon of 16 × 16 pixels from SVG path markup. Hidden from assistive technology: say it in text, too. */
export function icon(paths: string): Html {
  return raw(
    `<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths}</svg>`,
  );
}
