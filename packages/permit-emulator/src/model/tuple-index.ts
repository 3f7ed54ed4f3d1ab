import type { World } from '@latchkey/permit-engine';
import { inner, type Listener } from './table.ts';
import type { TupleRecord } from './records.ts';

/** Relationship tuples, indexed by both ends. */
export interface TupleIndex {
  readonly apply: Listener<TupleRecord>;
  /** The part of the engine's `World` that this index implements. */
  readonly world: Pick<World, 'hasRelationships' | 'linksFrom' | 'subjectsOf'>;
  /** Every tuple that starts or ends at the object. */
  tuplesOf(object: string): Iterable<TupleRecord>;
}

function typeOf(object: string): string {
  return object.slice(0, object.indexOf(':'));
}

function remove(side: Map<string, Set<TupleRecord>>, end: string, tuple: TupleRecord): void {
  const tuples = side.get(end);
  tuples?.delete(tuple);
  if (tuples?.size === 0) side.delete(end);
}

export function createTupleIndex(): TupleIndex {
  /** object → tuples, and subject → tuples. Both sets share the same tuple records. */
  const into = new Map<string, Set<TupleRecord>>();
  const from = new Map<string, Set<TupleRecord>>();
  let size = 0;

  return {
    apply(before, after) {
      if (before !== undefined) {
        remove(into, before.object, before);
        remove(from, before.subject, before);
        size--;
      }
      if (after !== undefined) {
        inner(into, after.object, () => new Set()).add(after);
        inner(from, after.subject, () => new Set()).add(after);
        size++;
      }
    },
    world: {
      *subjectsOf(object, relation, subjectType) {
        for (const tuple of into.get(object) ?? []) {
          if (tuple.relation === relation && typeOf(tuple.subject) === subjectType) {
            yield tuple.subject;
          }
        }
      },
      linksFrom: (subject) => from.get(subject) ?? [],
      hasRelationships: () => size > 0,
    },
    *tuplesOf(object) {
      yield* into.get(object) ?? [];
      yield* from.get(object) ?? [];
    },
  };
}
