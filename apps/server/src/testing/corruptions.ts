import { sign } from './deliver.ts';

export interface Signed {
  readonly body: string | Uint8Array;
  readonly signature: string;
}

/** Corruptions of a delivery, in transit or by an attacker. None of them has a valid signature. */
export const corruptions = {
  'a bit flipped': (body, signature) => ({ body: flip(body), signature }),
  'its keys in another order': (body, signature) => ({ body: reordered(body), signature }),
  'a space added': (body, signature) => ({ body: body.replace(',', ', '), signature }),
  'its end cut off': (body, signature) => ({ body: body.slice(0, -1), signature }),
  'another key': (body) => ({ body, signature: sign(body, 'another-key-of-somebody-else') }),
} satisfies Record<string, (body: string, signature: string) => Signed>;

export type Corruption = keyof typeof corruptions;

function flip(body: string): Uint8Array {
  const bytes = Buffer.from(body);
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  return bytes;
}

function reordered(body: string): string {
  return JSON.stringify(Object.fromEntries(Object.entries(Object(JSON.parse(body))).toReversed()));
}
