/** A role on an object, and the role that is derived from it: following `leadsTo` ends at the role in question. */
export interface Grant {
  /** The type of the object. */
  readonly type: string;
  readonly object: string;
  readonly role: string;
  readonly leadsTo: Grant | undefined;
}

/** So many grants are searched one by one. A check rarely meets more. */
const searchedOneByOne = 8;

/** Grants in the order in which they were found, each once. */
export class GrantQueue {
  readonly #grants: Grant[];
  #taken = 0;
  /** Roles by object, when there are more grants than are searched one by one. */
  #known: Map<string, Set<string>> | undefined;

  constructor(start: Grant) {
    this.#grants = [start];
  }

  next(): Grant | undefined {
    return this.#grants[this.#taken++];
  }

  add(grant: Grant): void {
    if (this.#grants.length < searchedOneByOne) {
      for (const { object, role } of this.#grants) {
        if (object === grant.object && role === grant.role) return;
      }
    } else if (!this.#isNew(grant)) return;
    this.#grants.push(grant);
  }

  #isNew(grant: Grant): boolean {
    if (this.#known === undefined) {
      this.#known = new Map();
      for (const before of this.#grants) this.#isNew(before);
    }
    const roles = this.#known.get(grant.object) ?? new Set();
    if (roles.has(grant.role)) return false;
    this.#known.set(grant.object, roles.add(grant.role));
    return true;
  }
}
