import { connect, createServer } from 'node:net';
import { findPortOwner } from './port-owner.ts';

/** Ports that are taken, all at once, in words that say what to do. */
export class BusyPortsError extends Error {
  override readonly name = 'BusyPortsError';
}

/** @throws {@link BusyPortsError} */
export async function checkPorts(ports: ReadonlyMap<string, number>): Promise<void> {
  const wanted = new Map<number, string>();
  const complaints: string[] = [];
  for (const [variable, port] of ports) {
    const other = wanted.get(port);
    if (other !== undefined) complaints.push(`Port ${port} is wanted twice, by ${other} and ${variable}.`);
    else if (await isBusy(port)) complaints.push(complain(variable, port));
    wanted.set(port, variable);
  }
  if (complaints.length > 0) throw new BusyPortsError(complaints.join('\n'));
}

function complain(variable: string, port: number): string {
  const owner = findPortOwner(port);
  const who =
    owner === undefined ? 'by a process of another user' : `by process ${owner.pid} (${clip(owner.command)})`;
  return `Port ${port} is in use ${who}. End it, or choose another port: ${variable}=${port + 10_000 > 65_535 ? port - 10_000 : port + 10_000}`;
}

/** The program by its name alone, so that what it runs still fits on the line. */
function clip(command: string): string {
  const text = command.replace(/^\S*\//, '');
  return text.length > 90 ? `${text.slice(0, 89)}…` : text;
}

/**
 * Binding says it on Linux; on macOS one may bind beside a listener on all addresses, so connecting has to be tried too.
 * Both loopback addresses count: a browser asks either for `localhost`.
 */
async function isBusy(port: number): Promise<boolean> {
  const answers = await Promise.all(
    ['127.0.0.1', '::1'].map(async (host) => (await answersAt(port, host)) || !(await canBind(port, host))),
  );
  return answers.includes(true);
}

function answersAt(port: number, host: string): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ port, host, timeout: 1000 });
    const end = (answered: boolean) => () => {
      socket.destroy();
      settle(answered);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}

/** True also where the address does not exist, as `::1` without IPv6: nobody is in the way there. */
function canBind(port: number, host: string): Promise<boolean> {
  return new Promise((settle) => {
    const probe = createServer();
    probe.once('error', (error) => settle(!('code' in error) || error.code !== 'EADDRINUSE'));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => settle(true)));
  });
}
