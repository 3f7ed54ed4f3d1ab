import { createPublicKey } from 'node:crypto';
import type { Store } from '@latchkey/emulator-kit';
import { calculateJwkThumbprint, createLocalJWKSet, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Clock } from '../directory/clock.ts';
import { standardId } from '../directory/identifiers.ts';

/** `EC` and `RSA` are Logto's names for ES384 and RS256. In Logto, the other algorithms need a custom key. */
export const signingAlgorithms = ['EC', 'RSA', 'ES256', 'ES384', 'ES512', 'RS256', 'PS256'] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

export type TokenAlgorithm = Exclude<SigningAlgorithm, 'EC' | 'RSA'>;

type KeySet = ReturnType<typeof createLocalJWKSet>;

export interface SigningKey {
  readonly id: string;
  readonly jwk: JWK & { readonly kid: string };
  readonly createdAt: number;
}

/** The signing key and the previous one, which is still published: never more than two. */
export interface SigningKeys {
  /** The signing key comes first. */
  list(): SigningKey[];
  publicKeys(): JWK[];
  keySet(): KeySet;
  algorithm(): TokenAlgorithm;
  rotate(algorithm: SigningAlgorithm): Promise<SigningKey[]>;
  /** Call this after clearing the store. */
  restore(keys: SigningKey[]): void;
  /** Deletes the previous key. Returns false when there is no such key. */
  remove(id: string): boolean;
}

async function generate(algorithm: SigningAlgorithm): Promise<SigningKey['jwk']> {
  const name = algorithm === 'EC' ? 'ES384' : algorithm === 'RSA' ? 'RS256' : algorithm;
  const { privateKey } = await generateKeyPair(name, { extractable: true });
  const jwk = await exportJWK(privateKey);
  // An RSA key has no `alg` in Logto, unless it is for PS256.
  return { ...jwk, ...(name === 'PS256' && { alg: name }), kid: await calculateJwkThumbprint(jwk) };
}

function algorithmOf({ kty, crv, alg }: JWK): TokenAlgorithm {
  if (kty === 'RSA') return alg === 'PS256' ? 'PS256' : 'RS256';
  return crv === 'P-256' ? 'ES256' : crv === 'P-521' ? 'ES512' : 'ES384';
}

const publicHalf = ({ jwk }: SigningKey): JWK => ({
  ...createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'jwk' }),
  ...(jwk.alg !== undefined && { alg: jwk.alg }),
  kid: jwk.kid,
});

/** A new installation gets a key for ES384. */
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
    algorithm: () => algorithmOf(list()[0]?.jwk ?? {}),
    remove(id) {
      const remaining = list().filter((key, index) => index === 0 || key.id !== id);
      const removed = remaining.length < list().length;
      if (removed) records.put('keys', remaining);
      return removed;
    },
  };
}
