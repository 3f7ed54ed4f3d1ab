import { once } from 'node:events';
import { createServer } from 'node:net';

/** Free ports on the loopback interface. */
export async function freePorts(count: number): Promise<string[]> {
  const probes = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports: string[] = [];
  for (const probe of probes) {
    if (!probe.listening) await once(probe, 'listening');
    const address = probe.address();
    if (typeof address === 'object' && address !== null) ports.push(String(address.port));
  }
  await Promise.all(probes.map((probe) => once(probe.close(), 'close')));
  return ports;
}
