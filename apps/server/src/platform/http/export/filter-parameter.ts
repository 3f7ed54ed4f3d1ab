import { z } from 'zod';

/** A URL parameter that contains a filter as JSON. Default: the empty filter. */
export function filterParameter<Filter extends z.ZodType>(filter: Filter) {
  return z
    .string()
    .default('{}')
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown; // oxlint-disable-line typescript/no-unsafe-type-assertion -- it is parsed next
      } catch {
        context.addIssue('must be JSON');
        return z.NEVER;
      }
    })
    .pipe(filter);
}
