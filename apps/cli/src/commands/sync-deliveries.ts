import { subjectName, type Subject } from '@latchkey/directory-sync';
import { InvalidArgumentError, Option } from 'commander';
import type { AddCommand } from '../command-deps.ts';
import { connectServer } from '../server/connect-server.ts';
import { ServerEnvironment } from '../server/environment.ts';
import { statusOf } from '../sync/delivery-words.ts';
import { listDeliveries, type DeliveryFilter } from '../sync/list-deliveries.ts';
import { printDeliveries } from '../sync/print-deliveries.ts';
import { parseSubject } from '../sync/parse-subject.ts';

interface DeliveriesOptions {
  readonly status?: keyof typeof statusOf;
  readonly event?: string;
  readonly subject?: Subject;
  readonly limit: number;
  readonly json?: boolean;
}

export const addSyncDeliveries: AddCommand = (program, deps) => {
  program
    .command('deliveries')
    .description("the server's deliveries, newest first; a dead letter failed for good and waits for you")
    .addOption(new Option('--status <status>', 'only these').choices(Object.keys(statusOf)))
    .option('--event <name>', 'only of this event, for instance User.Created')
    .addOption(
      new Option('--subject <subject>', 'only about user:<id> or organization:<id>').argParser(parseSubject),
    )
    .addOption(new Option('--limit <number>', 'how many at most').argParser(natural).default(20))
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  latchkey sync deliveries --status dead-letter --event User.Created')
    .action(async ({ subject, status, event, limit, json = false }: DeliveriesOptions) => {
      const server = connectServer(deps.env(ServerEnvironment));
      const wanted: DeliveryFilter = {
        status: status && statusOf[status],
        event,
        subject: subject && subjectName(subject),
      };
      const { items, isAll } = await server.call((api) => listDeliveries(api, wanted, limit));
      if (json) deps.print(JSON.stringify(items));
      else printDeliveries(items, deps);
      if (!isAll) deps.warn('There may be more: --limit shows them.');
    });
};

function natural(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A number from 1 on, please.');
}
