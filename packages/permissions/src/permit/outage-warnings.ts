import { AuthorizationUnavailableError } from '../core/errors.ts';

/** Must not throw. */
export type OnOutage = (warning: string, outage: AuthorizationUnavailableError) => void;

/** Milliseconds during which a recurring cause is not reported again, because some PDPs fail one call in ten. */
const quietFor = 60_000;

/**
 * Receives the error of each call to the PDP, or `undefined`. Reports each cause once, and again after a call has
 * succeeded, but at most once a minute.
 */
export function createOutageWarnings(
  url: string,
  // oxlint-disable-next-line no-console -- an outage must not be silent in an application without a logger
  onOutage: OnOutage = (warning) => console.warn(warning),
): (error: unknown) => void {
  const { origin } = new URL(url);
  const reported = new Map<string, { readonly at: number; isOver: boolean }>();

  return (error) => {
    if (error === undefined) {
      for (const report of reported.values()) report.isOver = true;
      return;
    }
    // The breaker opens after failures that were already reported.
    if (!(error instanceof AuthorizationUnavailableError) || error.outage === 'circuit') return;
    const cause = `${error.outage} ${error.pdpStatus}`;
    const before = reported.get(cause);
    const at = performance.now();
    if (before !== undefined && (!before.isOver || at - before.at < quietFor)) return;
    reported.set(cause, { at, isOver: false });
    const warning = `Permissions cannot be checked, and requests get 503: the PDP at ${origin} ${adviceOn(error)}`;
    onOutage(warning, error);
  };
}

function adviceOn({ outage, pdpStatus, detail }: AuthorizationUnavailableError): string {
  switch (outage) {
    case 'timeout':
      return `gives no answer in time. Give it more CPU, run it nearer, or raise \`deadline\`.`;
    case 'connection':
      return 'cannot be reached. Start it, or correct `url`.';
    case 'status':
      return `answers ${pdpStatus}. ${adviceOnStatus(pdpStatus)}`;
    default:
      return `gives no valid answer (${detail}). Check that \`url\` is a PDP, and not a proxy or another server.`;
  }
}

function adviceOnStatus(status: number | undefined): string {
  if (status === 401 || status === 403)
    return 'Set `apiKey` to the key of the environment that the PDP serves.';
  if (status === 404) return 'Check that `url` is a PDP, with its path if it has one.';
  if (status === 429) return "It limits your calls, as Permit's hosted PDP does: run a PDP of your own.";
  if (status === 501) return "Permit's hosted PDP evaluates no conditions: run a PDP of your own.";
  return "Read the PDP's log.";
}
