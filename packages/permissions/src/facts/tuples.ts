import type { Facts } from './facts.ts';

/** A relationship tuple as Permit stores it: `collections:q3` is the `parent` of `reports:1`. */
export interface Tuple {
  readonly subject: string;
  readonly relation: string;
  readonly object: string;
}

/** The relationship tuples of the facts' `relations`. */
export function tuplesOf({ instances = {} }: Facts): Tuple[] {
  return Object.entries(instances).flatMap(([object, instance]) =>
    Object.entries<string | readonly string[]>(instance?.relations ?? {}).flatMap(([relation, subjects]) =>
      [subjects].flat().map((subject) => ({ subject, relation, object })),
    ),
  );
}
