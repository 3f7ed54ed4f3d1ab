import { setTimeout as sleep } from 'node:timers/promises';
import { createLogtoManagement, type LogtoManagement } from '@latchkey/directory-sync';
import { z } from 'zod';
import { messageOf, settingMissing } from '../actionable-error.ts';
import type { AddCommand, CommandDeps } from '../command-deps.ts';
import { seconds, url } from '../options.ts';
import { readHook } from '../connect/logto-state.ts';
import { readLogtoAccess } from '../connect/logto-environment.ts';
import { addressOf, webhookPath, sendDelivery, sign } from '../webhook/endpoint.ts';
import { formatTime } from '../sync/describe-run.ts';

interface ListenOptions {
  readonly to?: string;
  readonly hook?: string;
  readonly since: number;
  readonly json?: true;
}

/** Milliseconds between polls of Logto's log, and before a retry. */
const pause = 1_000;

export const addWebhookListen: AddCommand = (program, deps) => {
  program
    .command('listen')
    .description("read Logto's deliveries from its log and send them to a server that Logto cannot reach")
    .option('--to <url>', 'the endpoint; default: …/api/webhooks/logto of LATCHKEY_URL', url)
    .option('--hook <id>', 'the webhook; default: the one that signs with LOGTO_WEBHOOK_SIGNING_KEYS')
    .option('--since <seconds>', 'start this many seconds in the past', seconds, 0)
    .option('--json', 'print a line of JSON for each delivery')
    .addHelpText(
      'after',
      `
For development without a tunnel: Logto's own attempts fail, but its log has them. Each is signed with the webhook's key and sent
on, oldest first. Ends with Ctrl-C.`,
    )
    .action(async (options: ListenOptions) => listen(options, deps));
};

async function listen(options: ListenOptions, deps: CommandDeps): Promise<void> {
  const access = await readLogtoAccess(deps);
  const target = options.to ?? endpointOf(access.env.LATCHKEY_URL);
  const hook = await readHook(access.management, options.hook, access.signingKeys);
  const logto = createLogtoManagement({
    endpoint: access.endpoint,
    ...access.machine,
    resource: access.managementResource,
  });
  const read = createLogReader(logto, hook.id, Date.now() - options.since * 1000);
  using signal = deps.interruption();
  deps.warn(`Deliveries of ${hook.name} go to ${target}. Ctrl-C ends it.`);
  const waitABit = (): Promise<void> => sleep(pause, undefined, { signal }).catch(() => undefined);

  while (!signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- one poll at a time
    const found = await read().catch((error: unknown) => {
      deps.warn(`Logto's log cannot be read, retrying: ${messageOf(error)}`);
      return [];
    });
    for (const delivery of found) {
      while (!signal.aborted && !(await forward(delivery, { target, key: hook.signingKey, options }, deps)))
        await waitABit(); // oxlint-disable-line no-await-in-loop -- in order, and none is left out
    }
    await waitABit(); // oxlint-disable-line no-await-in-loop
  }
}

/** @returns false if the delivery must be retried: there was no response, or the server is temporarily unavailable */
async function forward(
  { event, body, at }: LoggedDelivery,
  {
    target,
    key,
    options,
  }: { readonly target: string; readonly key: string; readonly options: ListenOptions },
  deps: CommandDeps,
): Promise<boolean> {
  const answer = await sendDelivery(target, { body, signature: sign(body, key) });
  if (typeof answer === 'string') {
    deps.warn(`${event}: ${addressOf(target)} does not answer (${answer}); sent again.`);
    return false;
  }
  const { status, text } = answer;
  if (status >= 500 || status === 429) {
    deps.warn(`${event}: ${text}; sent again.`);
    return false;
  }
  deps.print(
    options.json === true
      ? JSON.stringify({ at: new Date(at).toISOString(), event, status })
      : `${formatTime(new Date(at).toISOString())}  ${event}  ${text}`,
  );
  return true;
}

function endpointOf(server: string | undefined): string {
  if (server !== undefined) return `${server}${webhookPath}`;
  return settingMissing(
    'The address to send them to is unknown.',
    'Set LATCHKEY_URL, or pass --to http://localhost:3000/api/webhooks/logto.',
  );
}

interface LoggedDelivery {
  readonly event: string;
  /**
   * JSON with its fields in the order of Logto's log, which differs from that of Logto's signed body. A server that
   * reads the same delivery from the log gets the same bytes.
   */
  readonly body: string;
  /** When the attempt ended, in epoch milliseconds. */
  readonly at: number;
}

/** Milliseconds by which polls overlap, because Logto stores log entries after the attempt, by its own clock. */
const overlap = 60_000;

const Body = z.looseObject({ event: z.string() });

/**
 * Creates a function that returns the deliveries logged since its last call, oldest first.
 * @param since - epoch milliseconds
 */
function createLogReader(
  logto: Pick<LogtoManagement, 'hookLogs'>,
  hookId: string,
  since: number,
): () => Promise<LoggedDelivery[]> {
  let seen = new Map<string, number>();
  let from = since;
  return async () => {
    const to = Date.now() + overlap;
    const found: LoggedDelivery[] = [];
    const next = new Map(seen);
    for await (const page of logto.hookLogs(hookId, { from: Math.max(since, from - overlap), to })) {
      for (const { id, createdAt, payload } of page) {
        if (next.has(id)) continue;
        next.set(id, createdAt);
        const body = Body.safeParse(payload.hookRequest?.body).data;
        if (body !== undefined)
          found.push({ event: body.event, body: JSON.stringify(payload.hookRequest?.body), at: createdAt });
      }
    }
    // Only after every page is read: after a failure, the next poll reads the same pages again.
    from = Math.max(from, ...next.values());
    seen = new Map([...next].filter(([, at]) => at >= from - overlap));
    return found.toSorted((one, other) => one.at - other.at);
  };
}
