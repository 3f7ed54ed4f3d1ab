import { icon } from '@latchkey/emulator-kit';

export const allowed = icon('<circle cx="8" cy="8" r="6.5"/><path d="m5.3 8.2 1.9 1.9 3.6-4"/>');
export const denied = icon('<circle cx="8" cy="8" r="6.5"/><path d="m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4"/>');
export const check = icon('<path d="m3.5 8.5 3 3 6-7"/>');
