import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import type { CommandDeps } from '../command-deps.ts';
import { required } from '../env.ts';

/** A public address that forwards to this machine while it is open. */
export interface Tunnel extends AsyncDisposable {
  readonly url: string;
}

/** The used part of ngrok's agent. */
interface Ngrok {
  forward(options: { readonly addr: string; readonly authtoken: string }): Promise<{
    url(): string | null;
    close(): Promise<void>;
  }>;
}

const TunnelEnvironment = z.object({ NGROK_AUTHTOKEN: required });

/** A variable, so that the compiler does not resolve the optional package. */
const ngrokPackage: string = '@ngrok/ngrok';

/**
 * Opens an ngrok tunnel to a local address.
 *
 * @throws {EnvironmentError} without `NGROK_AUTHTOKEN`
 * @throws {ActionableError} `TUNNEL_UNAVAILABLE` when the package is missing, or ngrok refuses
 */
export async function openTunnel(addr: string, { env }: CommandDeps): Promise<Tunnel> {
  const { NGROK_AUTHTOKEN: authtoken } = env(TunnelEnvironment);
  const ngrok = await loadNgrok();
  const listener = await ngrok.forward({ addr, authtoken }).catch((error: unknown) => {
    throw unavailable(`ngrok opens no tunnel: ${reasonOf(error, authtoken)}.`);
  });
  const url = listener.url();
  if (url === null) throw unavailable('ngrok names no address.');
  return { url, [Symbol.asyncDispose]: () => listener.close() };
}

async function loadNgrok(): Promise<Ngrok> {
  try {
    return await import(ngrokPackage);
  } catch {
    throw unavailable('The package @ngrok/ngrok is not installed here.', 'Install it beside latchkey');
  }
}

function unavailable(says: string, fix = 'See ngrok’s status page'): ActionableError {
  return new ActionableError('TUNNEL_UNAVAILABLE', {
    says,
    fix: `${fix}, or open another tunnel to the server and name its address with --public-url.`,
  });
}

/** The first line of ngrok's error message, without the token. */
function reasonOf(error: unknown, secret: string): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replaceAll(secret, '…');
}
