import { serve } from './serve.ts';

/** A currently free loopback port, for a program that cannot report the port it chose. */
export async function freePort(): Promise<string> {
  await using listening = await serve(() => {});
  return new URL(listening.url).port;
}
