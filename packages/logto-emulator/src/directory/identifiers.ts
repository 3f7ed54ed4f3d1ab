import { randomInt } from 'node:crypto';

const lower = 'abcdefghijklmnopqrstuvwxyz0123456789';
const mixed = `${lower}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

function draw(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** Users and organizations have ids of 12 lower-case alphanumerics, as in the recorded deliveries. */
export const shortId = (): string => draw(lower, 12);

/** Everything else has 21 of them. */
export const standardId = (): string => draw(lower, 21);

/** Application secrets and signing keys: 32 alphanumerics. */
export const secret = (): string => draw(mixed, 32);
