import type { AddressInfo } from 'node:net';

/** The port in the result of `server.address()`; 0 when it does not listen on one. */
export const portOf = (address: string | AddressInfo | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0;
