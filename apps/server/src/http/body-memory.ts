import { freeBytes } from './free-bytes.ts';

/** A body that is being read. */
export interface PartialBody {
  /** The longest that it may become, bytes. */
  readonly longest: number;
  /** Its memory: what has arrived, and room for more. */
  bytes: Buffer;
  /** Called when a shorter body needs the memory: has to release it. */
  readonly giveUp: () => void;
}

/** The memory of all bodies that are being read, within a bound. */
export interface BodyMemory {
  /** Gives a body more memory, or less; `false` when there is not enough. */
  resize(body: PartialBody, length: number): boolean;
  /** The body is not being read any more: its bytes no longer count. */
  release(body: PartialBody): void;
}

/**
 * A long body gives up for a shorter one. So a body that declares n bytes is refused only while at least `total` / n others
 * that declare no more are being read, and strangers who send much do not keep out a delivery of a few KiB.
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
