import { request } from '../http/request.ts';

/** Whether the Logto at an address is the emulator: only that has a page for faults. */
export async function isEmulator(endpoint: string): Promise<boolean> {
  const answer = await request(`${endpoint}/_emulator/faults`);
  return typeof answer !== 'string' && answer.status === 200;
}
