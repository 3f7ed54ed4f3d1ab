import { createPublicKey } from 'node:crypto';
import type { Store } from '@latchkey/emulator-kit';
import { calculateJwkThumbprint, createLocalJWKSet, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Clock } from '../directory/clock.ts';
import { standardId } from '../directory/identifiers.ts';

export type SigningAlgorithm = 'EC' | 'RSA';

type KeySet = ReturnType<typeof createLocalJWKSet>;

export interface SigningKey {
  readonly id: string;
  readonly jwk: JWK & { readonly kid: string };
  readonly createdAt: number;
}

/** The signing key and the previous one, which is still published. There are never more than two. */
export interface SigningKeys {
  /** The signing key comes first. */
  list(): SigningKey[];
  publicKeys(): JWK[];
  /** The public keys, for verification. */
  keySet(): KeySet;
  /** The algorithm of the current key: `ES384`, or `RS256` after a rotation to RSA. */
  algorithm(): 'ES384' | 'RS256';
  rotate(algorithm: SigningAlgorithm): Promise<SigningKey[]>;
  /** Restores keys after the store was cleared. */
  restore(keys: SigningKey[]): void;
  /** Deletes the previous key; the current one cannot be deleted. Returns false when there is no such key. */
  remove(id: string): boolean;
}

async function generate(algorithm: SigningAlgorithm): Promise<SigningKey['jwk']> {
  const { privateKey } = await generateKeyPair(algorithm === 'EC' ? 'ES384' : 'RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk) };
}

const publicHalf = ({ jwk }: SigningKey): JWK => ({
  ...createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'jwk' }),
  kid: jwk.kid,
});

/** A new installation signs with ES384. */
export async function openSigningKeys(store: Store, clock: Clock): Promise<SigningKeys> {
  const records = store.collection<SigningKey[]>('signingKeys');
  const list = (): SigningKey[] => records.get('keys') ?? [];
  const rotate = async (algorithm: SigningAlgorithm): Promise<SigningKey[]> => {
    const key = { id: standardId(), jwk: await generate(algorithm), createdAt: clock.now() };
    records.put('keys', [key, ...list().slice(0, 1)]);
    return list();
  };
  if (list().length === 0) await rotate('EC');
  let verified = { of: list(), set: createLocalJWKSet({ keys: list().map(publicHalf) }) };
  return {
    list,
    rotate,
    restore: (keys) => records.put('keys', keys),
    publicKeys: () => list().map(publicHalf),
    keySet() {
      const keys = list();
      if (verified.of !== keys)
        verified = { of: keys, set: createLocalJWKSet({ keys: keys.map(publicHalf) }) };
      return verified.set;
    },
    algorithm: () => (list()[0]?.jwk.kty === 'RSA' ? 'RS256' : 'ES384'),
    remove(id) {
      const kept = list().filter((key, index) => index === 0 || key.id !== id);
      const removed = kept.length < list().length;
      if (removed) records.put('keys', kept);
      return removed;
    },
  };
}
