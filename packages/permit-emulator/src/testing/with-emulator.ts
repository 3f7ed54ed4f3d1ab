import { Permit, type IPermitClient } from 'permitio';
import { afterEach } from 'vitest';
import { start, type Emulator, type StartOptions } from '../start.ts';

const running: Emulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

/** Closed at the end of the test. */
export async function emulate(options: StartOptions = {}): Promise<Emulator> {
  const emulator = await start(options);
  running.push(emulator);
  return emulator;
}

export function sdk(emulator: Emulator, config: Readonly<Record<string, unknown>> = {}): IPermitClient {
  return new Permit({
    token: emulator.keys.environment,
    apiUrl: emulator.url,
    pdp: emulator.pdpUrl,
    log: { level: 'silent' },
    ...config,
  });
}

export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- assertions read single fields of responses
  readonly body: any;
}

/** `call('POST /v2/.../users', body)`: `...` means the default environment, `default/dev`. */
export function api(emulator: Emulator, key: string = emulator.keys.environment) {
  return async (at: string, body?: unknown): Promise<Answer> => {
    const [method = 'GET', path = '/'] = at.split(' ');
    const response = await fetch(emulator.url + path.replace('...', 'default/dev'), {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
}
