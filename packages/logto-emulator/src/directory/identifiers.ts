import { randomInt } from 'node:crypto';

const lower = 'abcdefghijklmnopqrstuvwxyz0123456789';
const mixed = `${lower}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** Ids of users and organizations: 12 lower-case alphanumeric characters, as in the recorded deliveries. */
export const shortId = (): string => randomText(lower, 12);

/** Ids of other records: 21 characters. */
export const standardId = (): string => randomText(lower, 21);

/** Application secrets and signing keys: 32 alphanumeric characters. */
export const secret = (): string => randomText(mixed, 32);
