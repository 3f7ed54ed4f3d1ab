import type { JsonObject } from '@latchkey/permit-engine';

/** As the wire to Permit would carry it: `undefined` is left out, dates are text. */
export function toJson(values: object): JsonObject {
  const carried: JsonObject = JSON.parse(JSON.stringify(values));
  return carried;
}
