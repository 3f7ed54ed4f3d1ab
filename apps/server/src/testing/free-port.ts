import { serve } from './serve.ts';

/** A port of loopback that was free a moment ago, for a program that cannot say which one it took. */
export async function freePort(): Promise<string> {
  await using listening = await serve(() => {});
  return new URL(listening.url).port;
}
