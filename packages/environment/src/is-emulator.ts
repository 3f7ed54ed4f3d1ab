/** Milliseconds. An emulator is on this machine. */
const deadline = 5_000;

/**
 * Whether an emulator answers at an address. Only it lists faults, as JSON: a real Logto answers unknown paths with 200 and a page.
 * Resolves to false when nothing answers.
 */
export async function isEmulator(address: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/_emulator/faults', address), {
      redirect: 'manual',
      signal: AbortSignal.timeout(deadline),
    });
    return Array.isArray(await response.json());
  } catch {
    return false;
  }
}
