import { BlockList, isIP } from 'node:net';
import { LogtoEvent } from '../events/logto-event.ts';
import type { LogtoHook, LogtoManagement } from './logto-management.ts';

/** A webhook delivery that failed, from Logto's own log. */
export interface FailedDelivery {
  /** The id of the log entry. */
  readonly logId: string;
  readonly hookId: string;
  /** The current URL of the webhook. */
  readonly url: string;
  readonly event: LogtoEvent;
  /**
   * The body as JSON. The log stores the keys in another order than the signed body, so the signature cannot be
   * verified.
   */
  readonly body: string;
  /** The time of the log entry, in epoch milliseconds. */
  readonly at: number;
  /** The HTTP status that the endpoint returned; `undefined` if there was no response. */
  readonly status: number | undefined;
}

/** The deliveries of some webhooks in a period, from Logto's logs. */
export interface DeliveryLog {
  readonly failed: FailedDelivery[];
  /** The time of the newest successful delivery, in epoch milliseconds; `undefined` if there was none. */
  readonly deliveredAt: number | undefined;
}

export interface DeliveryLogOptions {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Selects the webhooks to read. */
  readonly hooksOf: (hooks: readonly LogtoHook[]) => readonly LogtoHook[];
  /** Maximum pages of 100 entries to read per webhook, newest first. Default: all. */
  readonly maxPages?: number;
}

/**
 * Reads the deliveries of some webhooks from Logto's log. The log has every completed attempt with the whole body, but
 * no attempts that a crash of Logto interrupted.
 * @throws {LogtoApiError}
 */
export async function readDeliveryLog(
  logto: Pick<LogtoManagement, 'hooks' | 'hookLogs'>,
  { from, to, hooksOf, maxPages = Number.POSITIVE_INFINITY }: DeliveryLogOptions,
): Promise<DeliveryLog> {
  const failed: FailedDelivery[] = [];
  let deliveredAt: number | undefined;
  for (const { id: hookId, config } of hooksOf(await logto.hooks())) {
    const { url } = config;
    if (url === undefined) continue;
    let pages = 0;
    // oxlint-disable-next-line no-await-in-loop -- few hooks
    for await (const page of logto.hookLogs(hookId, { from, to })) {
      for (const { id: logId, createdAt: at, payload } of page) {
        if (payload.result === 'Success') deliveredAt = Math.max(at, deliveredAt ?? 0);
        if (payload.result !== 'Error') continue;
        const event = LogtoEvent.safeParse(payload.hookRequest?.body).data;
        if (event === undefined) continue;
        const body = JSON.stringify(payload.hookRequest?.body);
        failed.push({ logId, hookId, url, event, body, at, status: payload.response?.statusCode });
      }
      if (++pages >= maxPages) break;
    }
  }
  return { failed, deliveredAt };
}

/** The fields of a webhook that identify its server. */
interface HookOfServer {
  readonly signingKey: string;
  readonly config: { readonly url?: string | undefined };
}

/**
 * Returns the webhooks of one server. One Logto may serve several servers, each with its own webhook: a webhook belongs
 * to the server if it signs with one of the server's keys. If no webhook does, those with the server's URL belong to
 * it.
 *
 * @param keys - the signing keys of the server
 */
export function ownHooks<Hook extends HookOfServer>(
  hooks: readonly Hook[],
  keys: readonly string[],
  isOwnEndpoint: (url: string) => boolean,
): { readonly ours: readonly Hook[]; readonly isKeyKnown: boolean } {
  const known = hooks.filter(({ signingKey }) => keys.includes(signingKey));
  const isKeyKnown = known.length > 0;
  return {
    ours: isKeyKnown ? known : hooks.filter(({ config }) => isOwnEndpoint(config.url ?? '')),
    isKeyKnown,
  };
}

const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  privateNetworks.addSubnet(network, prefix);
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  privateNetworks.addSubnet(network, prefix, 'ipv6');

/**
 * Whether a URL has a loopback or private address, to which Logto 1.43 and later sends no webhook. Does not resolve
 * names, although a public name may resolve to a private address.
 */
export function isPrivateAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const hostname = new URL(url).hostname.replaceAll(/^\[|\]$/g, '');
  const family = isIP(hostname);
  if (family !== 0) return privateNetworks.check(hostname, family === 6 ? 'ipv6' : 'ipv4');
  return !hostname.includes('.') || /\.(localhost|local|internal|svc)$/.test(hostname);
}
