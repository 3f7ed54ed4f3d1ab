import type { Tuple } from '../policy-as-code/environment/environment-facts.ts';
import { inSlices } from './in-slices.ts';
import { SetsByKey } from './sets-by-key.ts';

/** A link to an instance, as its object has it. */
interface IncomingLink {
  readonly relation: string;
  readonly subjectType: string;
  readonly subject: string;
}

const none: readonly IncomingLink[] = [];

/** The links between instances: the relationship tuples. */
export class LinkTable {
  readonly #links = new Map<string, readonly IncomingLink[]>();
  /** The instances that an instance is linked to. */
  readonly #objects = new SetsByKey();
  #size = 0;

  /** Lets the process do other things in between. */
  static async from(tuples: readonly Tuple[]): Promise<LinkTable> {
    const table = new LinkTable();
    await inSlices(tuples, (tuple) => table.#add(tuple));
    return table;
  }

  /** How many links there are. */
  get size(): number {
    return this.#size;
  }

  subjectsOf(object: string, relation: string, subjectType: string): readonly string[] {
    const subjects: string[] = [];
    for (const link of this.#links.get(object) ?? none) {
      if (link.relation === relation && link.subjectType === subjectType) subjects.push(link.subject);
    }
    return subjects;
  }

  /** Replaces the links of one instance in both directions. */
  replaceInstance(object: string, tuples: readonly Tuple[]): void {
    for (const { subject } of this.#links.get(object) ?? none) this.#remove(subject, object);
    for (const child of this.#objects.get(object)) this.#remove(object, child);
    for (const tuple of tuples) this.#add(tuple);
  }

  #add({ subject, relation, object }: Tuple): void {
    const subjectType = subject.slice(0, subject.indexOf(':'));
    this.#links.set(object, [...(this.#links.get(object) ?? none), { relation, subjectType, subject }]);
    this.#objects.add(subject, object);
    this.#size += 1;
  }

  #remove(subject: string, object: string): void {
    const before = this.#links.get(object) ?? none;
    const after = before.filter((link) => link.subject !== subject);
    if (after.length === 0) this.#links.delete(object);
    else this.#links.set(object, after);
    this.#objects.delete(subject, object);
    this.#size += after.length - before.length;
  }
}
