import { icon, raw } from '@latchkey/emulator-kit';

export const allowed = icon('<circle cx="8" cy="8" r="6.5"/><path d="m5.3 8.2 1.9 1.9 3.6-4"/>');
export const denied = icon('<circle cx="8" cy="8" r="6.5"/><path d="m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4"/>');
export const check = icon('<path d="m3.5 8.5 3 3 6-7"/>');

/** A latchkey in one stroke: round bow, straight blade, two teeth. */
export const key = raw(
  '<svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.25" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path transform="rotate(-45 12 12)" d="M21.5 16V12h-4.25v3-3h-6.5a4.25 4.25 0 1 1-8.5 0 4.25 4.25 0 1 1 8.5 0"/></svg>',
);
