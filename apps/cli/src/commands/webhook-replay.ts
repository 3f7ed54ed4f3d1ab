import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { AddCommand } from '../command-deps.ts';
import {
  addKeyOptions,
  keyOfFile,
  sendDelivery,
  sign,
  signingKey,
  type KeyOptions,
} from '../webhook/send-delivery.ts';

const Recorded = z.object({
  event: z.string(),
  body: z.string(),
  headers: z.looseObject({ 'logto-signature-sha-256': z.string() }),
});

interface ReplayOptions extends KeyOptions {
  readonly fresh?: boolean;
}

export const addWebhookReplay: AddCommand = (program, deps) => {
  const command = program
    .command('replay')
    .description(
      'send recorded deliveries again: JSON lines with event, headers and body; other lines are passed over',
    )
    .argument('<url>', 'the endpoint: https://…/api/webhooks/logto')
    .argument('<file>', 'the recording')
    .option('--fresh', 'as if created now, signed anew');
  addKeyOptions(command, 'signs anew; the first of LOGTO_WEBHOOK_SIGNING_KEYS with --fresh alone').action(
    async (url: string, file: string, { fresh = false, ...keys }: ReplayOptions) => {
      const key = await keyOfFile(keys);
      const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
      const deliveries = lines.flatMap((line) => Recorded.safeParse(JSON.parse(line)).data ?? []);
      const signer = key ?? (fresh ? signingKey(deps) : undefined);
      let refused = 0;
      for (const { event, body: recorded, headers } of deliveries) {
        const body = fresh ? withCurrentTime(recorded) : recorded;
        const signature = signer === undefined ? headers['logto-signature-sha-256'] : sign(body, signer);
        const { ok, text } = await sendDelivery(url, { body, signature }); // oxlint-disable-line no-await-in-loop -- deliveries are sent in the order of the recording
        deps.print(`${event}: ${text}`);
        if (!ok) refused += 1;
      }
      deps.print(`${deliveries.length - refused} of ${deliveries.length} accepted.`);
      if (refused > 0) deps.exitWith(1);
    },
  );
};

function withCurrentTime(body: string): string {
  const event = z.record(z.string(), z.unknown()).parse(JSON.parse(body));
  return JSON.stringify({ ...event, createdAt: new Date().toISOString() });
}
