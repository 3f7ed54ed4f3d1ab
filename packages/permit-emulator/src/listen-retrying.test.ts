import { PortInUseError, type Listening } from '@latchkey/emulator-kit';
import { expect, test } from 'vitest';
import { listenRetrying } from './listen-retrying.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only its identity counts
const listening = {} as Listening;

/** Refuses the first ports. */
function refusing(times: number) {
  const asked: number[] = [];
  const listen = (port: number): Promise<Listening> => {
    asked.push(port);
    return asked.length > times ? Promise.resolve(listening) : Promise.reject(new PortInUseError(port));
  };
  return { asked, listen };
}

test('a free port that was taken meanwhile is chosen again', async () => {
  const { asked, listen } = refusing(3);
  expect(await listenRetrying(0, listen)).toBe(listening);
  expect(asked).toEqual([0, 0, 0, 0]);
});

test('a port with a number is tried once, and the retries end', async () => {
  const named = refusing(1);
  await expect(listenRetrying(8000, named.listen)).rejects.toThrow(PortInUseError);
  expect(named.asked).toEqual([8000]);
  const hopeless = refusing(1000);
  await expect(listenRetrying(0, hopeless.listen)).rejects.toThrow(PortInUseError);
  expect(hopeless.asked.length).toBeLessThan(100);
});
