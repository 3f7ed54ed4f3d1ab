/** The maximum nesting of a request's JSON. Attributes and profiles need less than ten levels. */
const maxDepth = 100;

/**
 * Whether JSON has more than 100 levels of objects and arrays. Functions that call themselves for each level, such as
 * `JSON.stringify`, exceed the stack at a few thousand. Refuse such a body with 400.
 */
export function isTooDeep(json: unknown): boolean {
  let level = [json];
  for (let depth = 0; depth <= maxDepth; depth += 1) {
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}
