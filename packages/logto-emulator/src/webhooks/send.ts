import { lookup } from 'node:dns/promises';
import { BlockList } from 'node:net';

const privateNetworks = new BlockList();
for (const [network, prefix, family] of [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
] as const)
  privateNetworks.addSubnet(network, prefix, family);

/**
 * Rejects like a failed connection. Logto checks the address of the connection; the emulator resolves the name first,
 * and does not check redirects.
 */
async function refusePrivateAddress(url: string): Promise<void> {
  const hostname = new URL(url).hostname.replaceAll(/^\[|\]$/g, '');
  for (const { address, family } of await lookup(hostname, { all: true })) {
    if (!privateNetworks.check(address, family === 6 ? 'ipv6' : 'ipv4')) continue;
    throw new TypeError('fetch failed', { cause: new Error(`${address} is a private address`) });
  }
}

export interface Attempt {
  /** Epoch milliseconds of the emulator's clock. */
  readonly at: number;
  readonly response: { readonly status: number; readonly body: string } | null;
  /** Why there was no response with a 2xx status. */
  readonly error: string | null;
  /** Shown in the console only. */
  readonly cause: string | null;
}

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SendOptions {
  readonly now: () => number;
  readonly refusePrivate: boolean;
}

const timeout = 10_000;

/** Logto's HTTP client omits why a connection failed. */
const reason = (error: unknown): string =>
  error instanceof Error && error.name === 'TimeoutError' ? 'TimeoutError: Request timed out' : String(error);

function causeOf(error: unknown): string | null {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : null;
}

/**
 * Follows 307 and 308 with the body, and 301 to 303 without it. A redirect that ends in a 2xx is a successful
 * delivery.
 */
export async function send(
  { url, headers, body }: WebhookRequest,
  { now, refusePrivate }: SendOptions,
): Promise<Attempt> {
  const at = now();
  try {
    if (refusePrivate) await refusePrivateAddress(url);
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(timeout),
    });
    const text = await response.text();
    const status = `${response.status} ${response.statusText}`.trim();
    const error = response.ok ? null : `HTTPError: Request failed with status code ${status}`;
    return { at, response: { status: response.status, body: text }, error, cause: null };
  } catch (error) {
    return { at, response: null, error: reason(error), cause: causeOf(error) };
  }
}
