import { PortInUseError, type Listening } from '@latchkey/emulator-kit';

/**
 * Tries again when a *free* port turns out to be taken: another process can get it between the choice and its use.
 * A port that was asked for by its number is tried once.
 */
export async function listenRetrying(
  port: number,
  listen: (port: number) => Promise<Listening>,
): Promise<Listening> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listen(port);
    } catch (error) {
      if (port !== 0 || attempt === ATTEMPTS || !(error instanceof PortInUseError)) throw error;
    }
  }
}

const ATTEMPTS = 10;
