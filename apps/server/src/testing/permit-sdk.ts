import type { Emulator } from '@latchkey/permit-emulator';
import { Permit } from 'permitio';

/** Permit's own SDK against an emulator, bypassing the server. */
export function permitSdk({ url, keys }: Pick<Emulator, 'url' | 'keys'>): Permit {
  return new Permit({ token: keys.environment, apiUrl: url, log: { level: 'silent' } });
}
