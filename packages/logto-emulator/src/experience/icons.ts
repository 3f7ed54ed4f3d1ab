import { raw, type Html } from '@latchkey/emulator-kit';

function icon(paths: string): Html {
  return raw(
    `<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths}</svg>`,
  );
}

export const warning = icon('<circle cx="8" cy="8" r="6.5"/><path d="M8 4.8v3.7M8 11.1v.1"/>');
export const done = icon('<circle cx="8" cy="8" r="6.5"/><path d="m5.3 8.2 1.9 1.9 3.6-4"/>');
export const waiting = icon('<circle cx="8" cy="8" r="6.5"/><path d="M8 4.5V8l2.3 1.6"/>');
