import type { PermitUserState } from '../plan/states.ts';

/** A user's text in the bytes of the page that they came with. */
interface Place {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

const none: ReadonlySet<string> = new Set();

/**
 * Permit's users by key, as text outside of V8's heap until one is asked for. As objects, a hundred thousand would also
 * make V8 let twice as much garbage lie.
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

  /** Which tenants are no organization's is not kept; the planner knows. */
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
