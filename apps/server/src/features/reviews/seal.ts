import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Seal } from './review.ts';
import { reviewKeys } from './tables.ts';

/** The key of this installation. */
export interface Signer {
  /** Hashes and signs the UTF-8 bytes of a text. */
  seal(text: string): Seal;
}

/** Reads the installation's Ed25519 key; creates it when there is none. Replicas that do so together use the same. */
export async function readSigner(db: Pick<NodePgDatabase, 'select' | 'insert'>, now: Date): Promise<Signer> {
  const read = async (): Promise<string | undefined> =>
    (await db.select({ privateKey: reviewKeys.privateKey }).from(reviewKeys))[0]?.privateKey;
  let pem = await read();
  if (pem === undefined) {
    const { privateKey } = generateKeyPairSync('ed25519');
    const exported = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await db.insert(reviewKeys).values({ privateKey: exported, createdAt: now }).onConflictDoNothing();
    pem = (await read()) ?? exported;
  }
  return signerOf(createPrivateKey(pem));
}

function signerOf(key: KeyObject): Signer {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const keyId = sha256(publicKey).slice(0, 16);
  return {
    seal(text) {
      const bytes = Buffer.from(text);
      return {
        sha256: sha256(bytes),
        signature: sign(null, bytes, key).toString('base64'),
        publicKey: publicKey.toString('base64'),
        keyId,
      };
    },
  };
}

/** In hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
