/**
 * Checks a connection's options at start: with a wrong one, every call would look like an outage.
 * @throws {TypeError} for an address without a scheme, and without a key
 */
export function assertConnection(name: 'url' | 'apiUrl', address: string, apiKey: unknown): void {
  assertAddress(name, address);
  if (typeof apiKey !== 'string' || apiKey === '')
    throw new TypeError("`apiKey` is empty: set it to the key of your environment, from Permit's settings.");
}

/** The first half, for an address without a key of Permit. @throws {TypeError} */
export function assertAddress(name: 'url' | 'apiUrl', address: string): void {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
    throw new TypeError(
      `\`${name}\` is no HTTP address with its scheme, such as http://localhost:7766: ${JSON.stringify(address)}.`,
    );
}
