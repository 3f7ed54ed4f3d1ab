import { listen, openStore, type Fault, type FaultInput } from '@latchkey/emulator-kit';
import type { RequestListener } from 'node:http';
import { createApp } from './app.ts';
import { signIn, type SignInOptions, type Tokens } from './control/programmatic-sign-in.ts';
import { describe, type Description } from './control/routes.ts';
import { managementToken } from './management/auth.ts';
import type { SigningAlgorithm } from './oidc/signing-keys.ts';
import { parseSeed, type Seed } from './seed/schema.ts';
import { openTenant, type TenantOptions } from './open-tenant.ts';
import type { DeliveryFault, DeliveryFaultInput } from './webhooks/delivery-faults.ts';

/** Options of `start`. All are optional; `undefined` is treated as absent. */
export interface StartOptions extends TenantOptions {
  /** The port on the loopback interface. Default: 0, a free port. */
  readonly port?: number | undefined;
  /** The initial content. Objects that exist in `dataDir` already stay as they are. Default: empty. */
  readonly seed?: Seed | undefined;
  /** The folder that stores the state, across restarts and crashes. Default: none, the state is in memory. */
  readonly dataDir?: string | undefined;
}

/** A running emulator, with its addresses, application ids and secrets. */
export interface Emulator extends Description {
  /** Issues an access token for the Management API, valid for an hour. */
  managementToken(): Promise<string>;
  /** Signs in a user (id, username or email) without a password. Rejects with `SignInError`. */
  signIn(user: string, options?: SignInOptions): Promise<Tokens>;
  /** Adds a fault to the HTTP interface. */
  addFault(fault: FaultInput): Fault;
  /** Adds a fault to webhook deliveries. */
  addWebhookFault(fault: DeliveryFaultInput): DeliveryFault;
  clearFaults(): void;
  /** `offset` is in milliseconds ahead of the machine's clock; negative is behind. */
  setClock(offset: number): void;
  /**
   * Signs new tokens with a new key; the previous one stays published. `EC` (default) is ES384, `RSA` is RS256;
   * ES256, ES384, ES512, RS256 and PS256 name the algorithm.
   */
  rotateKeys(algorithm?: SigningAlgorithm): Promise<void>;
  /** Resolves when no webhook delivery is in progress. */
  settled(): Promise<void>;
  /**
   * Waits for deliveries in progress, then returns to the seed. Signing keys stay, so that clients need not fetch
   * them again.
   */
  reset(): Promise<void>;
  /** Stops listening, and resolves when deliveries in progress have ended. */
  close(): Promise<void>;
}

const notReady: RequestListener = (_, response) => void response.writeHead(503).end();

/**
 * Starts an emulated Logto on the loopback interface, and resolves when it accepts requests.
 * @throws SeedError when the seed is invalid
 * @throws PortInUseError when the port is taken
 * @throws an error with the code `STORE_LOCKED` when another process uses `dataDir`, and `STORE_DAMAGED` when it cannot
 * be read
 */
export async function start(options: StartOptions = {}): Promise<Emulator> {
  const seed = parseSeed(options.seed);
  const store = openStore({ dir: options.dataDir });
  let handler = notReady;
  const listening = await listen((request, response) => handler(request, response), {
    port: options.port ?? 0,
  }).catch((error: unknown) => {
    store.close();
    throw error;
  });
  const logto = await openTenant(store, { endpoint: listening.url, seed }, options).catch(
    async (error: unknown) => {
      await listening.close();
      store.close();
      throw error;
    },
  );
  handler = createApp(logto);

  return {
    ...describe(logto),
    managementToken: () => managementToken(logto),
    signIn: (user, signInOptions) => signIn(logto, user, signInOptions),
    addFault: (fault) => logto.faults.add(fault),
    addWebhookFault: (fault) => logto.webhooks.faults.add(fault),
    clearFaults() {
      logto.faults.clear();
      logto.webhooks.faults.clear();
    },
    setClock: (offset) => logto.clock.setOffset(offset),
    async rotateKeys(algorithm = 'EC') {
      await logto.signingKeys.rotate(algorithm);
      logto.reload();
    },
    settled: () => logto.webhooks.idle(),
    async reset() {
      await logto.webhooks.idle();
      logto.reset();
    },
    async close() {
      await listening.close();
      await logto.webhooks.idle();
      store.close();
    },
  };
}
