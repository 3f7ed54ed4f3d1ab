import { randomInt } from 'node:crypto';

const lower = 'abcdefghijklmnopqrstuvwxyz0123456789';
const mixed = `${lower}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** Of users and organizations, as in the recorded deliveries. */
export const shortId = (): string => randomText(lower, 12);

/** Of other records. */
export const standardId = (): string => randomText(lower, 21);

export const secret = (): string => randomText(mixed, 32);
