import type { PermitUserState } from '../plan/states.ts';

/** The position of one user's JSON within the bytes of a page. */
interface Place {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

const none: ReadonlySet<string> = new Set();

/**
 * Permit's users by key, stored as JSON outside of V8's heap and parsed on access. A hundred thousand objects would
 * also make V8 retain twice as much garbage.
 */
export class PackedUsers {
  readonly #places = new Map<string, Place>();

  get size(): number {
    return this.#places.size;
  }

  add(page: readonly PermitUserState[]): void {
    const texts = page.map((user) => JSON.stringify(user));
    const bytes = Buffer.from(texts.join(''));
    let start = 0;
    for (const [index, { key }] of page.entries()) {
      const end = start + Buffer.byteLength(texts[index] ?? '');
      this.#places.set(key, { bytes, start, end });
      start = end;
    }
  }

  /** `foreignTenants` is empty in the result; the planner fills it in. */
  get(key: string): PermitUserState | undefined {
    const place = this.#places.get(key);
    return place && unpacked(place);
  }

  delete(key: string): boolean {
    return this.#places.delete(key);
  }

  *values(): Generator<PermitUserState, void> {
    for (const place of this.#places.values()) yield unpacked(place);
  }
}

function unpacked({ bytes, start, end }: Place): PermitUserState {
  const user: Omit<PermitUserState, 'foreignTenants'> = JSON.parse(bytes.toString('utf8', start, end));
  return { ...user, foreignTenants: none };
}
