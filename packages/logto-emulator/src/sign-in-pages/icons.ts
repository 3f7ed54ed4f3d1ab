import { icon } from '@latchkey/emulator-kit';

export const warning = icon('<circle cx="8" cy="8" r="6.5"/><path d="M8 4.8v3.7M8 11.1v.1"/>');
export const done = icon('<circle cx="8" cy="8" r="6.5"/><path d="m5.3 8.2 1.9 1.9 3.6-4"/>');
export const waiting = icon('<circle cx="8" cy="8" r="6.5"/><path d="M8 4.5V8l2.3 1.6"/>');
