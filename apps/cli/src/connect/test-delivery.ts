import { isPrivateAddress } from '@latchkey/directory-sync';
import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import { verdictsOf, type Verdict } from '../doctor/verdict.ts';
import { postJson } from '../http/request.ts';
import { hookPath, type Hook } from './logto-state.ts';
import { LogtoRefusal, type Management } from './management.ts';
import { addressOf } from '../webhook/endpoint.ts';
import { until, type Waiting } from './until.ts';

const check = verdictsOf('Test delivery');
/** Every server for Logto's events handles this one, and Logto's sample user does not exist. */
const event = 'PostRegister';
/** Longer than the 10 seconds that Logto waits for the server. */
const timeoutMs = 15_000;

const Refused = z.object({ responseStatus: z.number() });

/**
 * Retries, because a server reads a new signing key only at start-up. Succeeds if Logto gets a 2xx from a server that
 * refuses unsigned requests.
 */
export function testDelivery(
  management: Management,
  hook: Hook,
  waiting: Waiting<Verdict>,
): Promise<Verdict> {
  return until(
    () => attempt(management, hook),
    ({ state }) => state === 'ok',
    waiting,
  );
}

async function attempt(management: Management, hook: Hook): Promise<Verdict> {
  const { id, config } = hook;
  const { url } = config;
  const address = addressOf(url);
  const body = { events: [event], config };
  try {
    await management.send({ method: 'POST', path: `${hookPath(hook)}/test`, body, timeoutMs }, z.unknown());
  } catch (error) {
    if (error instanceof ActionableError && error.code === 'LOGTO_UNREACHABLE') return check.failedBy(error);
    if (!(error instanceof LogtoRefusal) || error.status !== 422) throw error;
    return explain(error, url);
  }
  // A program that answers 200 to everything accepts the delivery too, so an unsigned event must be refused. This check
  // detects nothing if only Logto can reach the address.
  const unsigned = await postJson(url, { event, hookId: id });
  return typeof unsigned !== 'string' && unsigned.status < 300
    ? check.failed(
        `The program at ${address} also accepts events without a signature, so it is not Latchkey's server.`,
        'Give the webhook the address at which Logto reaches the server.',
      )
    : check.ok(`Logto's delivery arrived at ${address}, and its signature was accepted.`);
}

function explain(refusal: LogtoRefusal, url: string): Verdict {
  const status = Refused.safeParse(refusal.data).data?.responseStatus;
  const address = addressOf(url);
  if (refusal.logtoCode === 'hook.endpoint_responded_with_error') {
    return status === 401
      ? check.failed(
          `The server at ${address} refuses the signature.`,
          'Restart it, so that it reads the new LOGTO_WEBHOOK_SIGNING_KEYS.',
        )
      : check.failed(
          `The program at ${address} answers ${status ?? 'an error'}.`,
          "Check that it is the server's address, and see the server's log.",
        );
  }
  const says = `Logto does not reach ${address}: ${reasonIn(refusal)}.`;
  if (isPrivateAddress(url)) {
    return check.failed(
      says,
      'Start the server. If it runs, this Logto sends nothing to private addresses, as newer versions do: run latchkey webhook listen beside it, or give the webhook a public address.',
    );
  }
  return check.failed(
    says,
    'Start the server, or give the webhook an address that Logto can reach. Without one, open a tunnel: latchkey webhook expose.',
  );
}

function reasonIn(refusal: LogtoRefusal): string {
  return refusal.logtoCode ?? `HTTP ${refusal.status}`;
}
