import { createHash } from 'node:crypto';

const lower = 'abcdefghijklmnopqrstuvwxyz0123456789';
const mixed = `${lower}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

function encode(name: string, alphabet: string, length: number): string {
  const digest = createHash('sha512').update(name).digest();
  return Array.from({ length }, (_, index) => alphabet[(digest[index] ?? 0) % alphabet.length]).join('');
}

/**
 * Derives the ids and keys that a seed leaves out from the names, so that they are the same after every start and
 * reset. They look like Logto's ids. They can be guessed, which does not matter in an emulator.
 */
export const derived = {
  shortId: (...name: string[]): string => encode(name.join('/'), lower, 12),
  id: (...name: string[]): string => encode(name.join('/'), lower, 21),
  secret: (...name: string[]): string => encode(`secret/${name.join('/')}`, mixed, 32),
};
