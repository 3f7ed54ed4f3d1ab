import { expect, type APIRequestContext } from '@playwright/test';

/**
 * Makes the PDP drop every request without a response; Permit's API still works. @returns a function that ends the
 * outage
 */
export async function breakPdp(request: APIRequestContext, pdp: string): Promise<() => Promise<void>> {
  const faults = `${pdp}/_emulator/faults`;
  for (const path of ['/allowed*', '/user-permissions*']) {
    expect((await request.post(faults, { data: { path, drop: true } })).ok()).toBe(true);
  }
  return async () => {
    expect((await request.delete(faults)).ok()).toBe(true);
  };
}
