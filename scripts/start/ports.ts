import { connect, createServer } from 'node:net';
import { findPortOwner, type PortOwner } from './port-owner.ts';

/** A port that another process uses. */
export interface BusyPort {
  /** The environment variable that sets the port. */
  readonly variable: string;
  readonly port: number;
  /** Undefined if this user may not see it. */
  readonly owner: PortOwner | undefined;
}

/**
 * Lists the ports that are in use, and reports ports that are configured twice.
 *
 * @param ports - by the environment variable that sets each
 */
export async function busyPorts(
  ports: ReadonlyMap<string, number>,
): Promise<{ wantedTwice: string[]; busy: BusyPort[] }> {
  const wanted = new Map<number, string>();
  const wantedTwice: string[] = [];
  const busy: BusyPort[] = [];
  for (const [variable, port] of ports) {
    const other = wanted.get(port);
    if (other !== undefined) wantedTwice.push(`Port ${port} is wanted twice, by ${other} and ${variable}.`);
    else if (await isBusy(port)) busy.push({ variable, port, owner: findPortOwner(port) });
    wanted.set(port, variable);
  }
  return { wantedTwice, busy };
}

export function describeBusyPort({ variable, port, owner }: BusyPort): string {
  const who =
    owner === undefined ? 'by a process of another user' : `by process ${owner.pid} (${clip(owner.command)})`;
  return `Port ${port} is in use ${who}. End it, or choose another port: ${variable}=${port + 10_000 > 65_535 ? port - 10_000 : port + 10_000}`;
}

/** Prints the program without its folder, so that its arguments fit on the line. */
function clip(command: string): string {
  const text = command.replace(/^\S*\//, '');
  return text.length > 90 ? `${text.slice(0, 89)}…` : text;
}

/**
 * On Linux, bind(2) fails if the port is in use. On macOS it may succeed beside a listener on all addresses, so this
 * also tries to connect. Checks both loopback addresses, because browsers use either for `localhost`.
 */
async function isBusy(port: number): Promise<boolean> {
  const answers = await Promise.all(
    ['127.0.0.1', '::1'].map(async (host) => (await answersAt(port, host)) || !(await canBind(port, host))),
  );
  return answers.includes(true);
}

function answersAt(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 1000 });
    const end = (answered: boolean) => () => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}

/** Also true if the address does not exist, such as `::1` without IPv6: then nothing can listen there. */
function canBind(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve(!('code' in error) || error.code !== 'EADDRINUSE'));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
