import type { JsonObject } from '@latchkey/permit-engine';

/** The value as JSON carries it to Permit: without `undefined`, dates as text. */
export function toJson(values: object): JsonObject {
  const json: JsonObject = JSON.parse(JSON.stringify(values));
  return json;
}
