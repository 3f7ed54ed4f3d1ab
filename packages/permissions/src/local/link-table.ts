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
  readonly #links = new Map<string, IncomingLink[]>();
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
    const before = this.#links.get(object) ?? none;
    for (const { subject } of before) this.#objects.delete(subject, object);
    this.#links.delete(object);
    this.#size -= before.length;
    for (const child of this.#objects.get(object)) this.#remove(object, child);
    for (const tuple of tuples) this.#add(tuple);
  }

  #add({ subject, relation, object }: Tuple): void {
    const subjectType = subject.slice(0, subject.indexOf(':'));
    const links = this.#links.get(object);
    const link = { relation, subjectType, subject };
    if (links === undefined) this.#links.set(object, [link]);
    else links.push(link);
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
