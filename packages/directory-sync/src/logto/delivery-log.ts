import { BlockList, isIP } from 'node:net';
import { LogtoEvent } from '../events/logto-event.ts';
import type { LogtoHook, LogtoManagement } from './logto-management.ts';

export interface FailedDelivery {
  readonly logId: string;
  readonly hookId: string;
  readonly url: string;
  readonly event: LogtoEvent;
  /**
   * The body as JSON. The log stores the keys in another order than the signed body, so the signature cannot be
   * verified.
   */
  readonly body: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The HTTP status of the endpoint; `undefined` without a response. */
  readonly status: number | undefined;
}

export interface DeliveryLog {
  readonly failed: FailedDelivery[];
  /** When the newest successful delivery was made, in epoch milliseconds. */
  readonly deliveredAt: number | undefined;
}

export interface DeliveryLogOptions {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly hooksOf: (hooks: readonly LogtoHook[]) => readonly LogtoHook[];
  /** Maximum pages of 100 entries to read per webhook, newest first. Default: all. */
  readonly maxPages?: number;
}

/**
 * Reads deliveries from Logto's log, which has every completed attempt, but none that a crash of Logto interrupted.
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

interface HookOfServer {
  readonly signingKey: string;
  readonly config: { readonly url?: string | undefined };
}

/**
 * The webhooks of one server among those of a Logto that serves several: those that sign with one of its keys, or else
 * those with its URL.
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

/** Whether a URL has a loopback or private address, to which newer versions of Logto send no webhook. Resolves no names. */
export function isPrivateAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const hostname = new URL(url).hostname.replaceAll(/^\[|\]$/g, '');
  const family = isIP(hostname);
  if (family !== 0) return privateNetworks.check(hostname, family === 6 ? 'ipv6' : 'ipv4');
  return !hostname.includes('.') || /\.(localhost|local|internal|svc)$/.test(hostname);
}
