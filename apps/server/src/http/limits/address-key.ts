import { isIP } from 'node:net';

/**
 * What an address counts as: itself in IPv4, its /64 in IPv6, because a single host is given a whole /64. An IPv4 address
 * inside IPv6 (`::ffff:192.0.2.1`) is that IPv4 address.
 */
export function addressKey(address: string): string {
  const [plain = ''] = address.split('%');
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain) ?? [];
  if (mapped !== undefined) return mapped;
  if (isIP(plain) !== 6) return plain;
  // The parser of URLs gives the shortest form, without a dotted part.
  const [before = '', after] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const gap = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return `${[...head, ...gap, ...tail].slice(0, 4).join(':')}::/64`;
}
