import { freeBytes } from './free-bytes.ts';

/** A body that is being read. */
export interface PartialBody {
  /** Its maximum length in bytes. */
  readonly longest: number;
  /** Its memory: the received bytes, and room for more. */
  bytes: Buffer;
  /** Called when a shorter body needs the memory; must release it. */
  readonly giveUp: () => void;
}

/** The bounded memory of all bodies that are being read. */
export interface BodyMemory {
  /** Changes the memory of a body; `false` when there is not enough. */
  resize(body: PartialBody, length: number): boolean;
  /** Releases the memory of a body that is no longer being read. */
  release(body: PartialBody): void;
}

/**
 * A long body is aborted in favor of a shorter one. So a body that declares n bytes is refused only while at least
 * `total` / n others that declare no more are being read, and large unauthenticated bodies cannot block a delivery of a
 * few KiB.
 */
export function createBodyMemory(total: number): BodyMemory {
  const bodies = new Set<PartialBody>();
  let left = total;
  const makeRoom = (amount: number, longest: number): boolean => {
    if (amount <= left) return true;
    const longer = [...bodies]
      .filter((body) => body.longest > longest)
      .toSorted((a, b) => b.bytes.length - a.bytes.length);
    if (longer.reduce((sum, { bytes }) => sum + bytes.length, left) < amount) return false;
    for (const body of longer) if (amount > left) body.giveUp();
    return true;
  };
  return {
    resize(body, length) {
      const before = body.bytes;
      if (!makeRoom(length - before.length, body.longest)) return false;
      left -= length - before.length;
      bodies.add(body);
      body.bytes = Buffer.allocUnsafeSlow(length);
      before.copy(body.bytes);
      freeBytes(before);
      return true;
    },
    release(body) {
      if (bodies.delete(body)) left += body.bytes.length;
    },
  };
}
