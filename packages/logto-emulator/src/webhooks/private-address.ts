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
 * Rejects, as a failed connection does, when a URL leads to a loopback or private address. Logto checks the address of the
 * connection; here the name is resolved before, and redirects are not checked.
 */
export async function refusePrivateAddress(url: string): Promise<void> {
  const hostname = new URL(url).hostname.replaceAll(/^\[|\]$/g, '');
  for (const { address, family } of await lookup(hostname, { all: true })) {
    if (!privateNetworks.check(address, family === 6 ? 'ipv6' : 'ipv4')) continue;
    throw new TypeError('fetch failed', { cause: new Error(`${address} is a private address`) });
  }
}
