import type { JsonObject } from '@latchkey/permit-engine';

/** The value as JSON serialization sends it to Permit: without `undefined`, dates as strings. */
export function toJson(values: object): JsonObject {
  const json: JsonObject = JSON.parse(JSON.stringify(values));
  return json;
}
