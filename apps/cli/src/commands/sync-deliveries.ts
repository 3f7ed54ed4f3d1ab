import { subjectName, type Subject } from '@latchkey/directory-sync';
import { Option } from 'commander';
import type { AddCommand } from '../command-deps.ts';
import { parseSubject, wholeNumber } from '../options.ts';
import {
  openServer,
  type DeliveriesInput,
  type DeliveryPage,
  type ListedDelivery,
  type ServerApi,
} from '../server/connect-server.ts';
import { printDeliveries, printDelivery, statusOf } from '../sync/print-deliveries.ts';

interface DeliveriesOptions {
  readonly status?: keyof typeof statusOf;
  readonly event?: string;
  readonly subject?: Subject;
  readonly limit: number;
  readonly json?: boolean;
}

/** Adds `deliveries` and `delivery`. */
export const addSyncDeliveries: AddCommand = (program, deps) => {
  program
    .command('deliveries')
    .description("list the server's deliveries, newest first")
    .addOption(new Option('--status <status>', 'only this status').choices(Object.keys(statusOf)))
    .option('--event <name>', 'only this event, such as User.Created')
    .option('--subject <subject>', 'only user:<id> or organization:<id>', parseSubject)
    .option('--limit <number>', 'maximum number', wholeNumber(1, 999_999, 'deliveries'), 20)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  latchkey sync deliveries --status dead-letter --event User.Created')
    .action(async ({ subject, status, event, limit, json = false }: DeliveriesOptions) => {
      const wanted = { status: status && statusOf[status], event, subject: subject && subjectName(subject) };
      const { items, isAll } = await openServer(deps).call((api) => listDeliveries(api, wanted, limit));
      if (json) deps.print(JSON.stringify(items));
      else printDeliveries(items, deps);
      if (!isAll) deps.warn('There may be more: raise --limit.');
    });
  program
    .command('delivery')
    .description('show a delivery with its subjects, attempts and changes')
    .argument('<id>', 'the id from "sync deliveries", or its beginning')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  latchkey sync delivery 9f86d081884c')
    .action(async (id: string, { json = false }: { readonly json?: boolean }) => {
      const delivery = await openServer(deps).call((api) => api.sync.delivery.query({ id }));
      if (json) deps.print(JSON.stringify(delivery));
      else printDelivery(delivery, deps);
    });
};

/** The server's maximum page size. */
const pageSize = 100;

/** Reads the newest deliveries, up to the limit. `isAll` is true if there are no more. */
async function listDeliveries(
  api: ServerApi,
  filter: Pick<DeliveriesInput, 'status' | 'event' | 'subject'>,
  limit: number,
): Promise<{ readonly items: readonly ListedDelivery[]; readonly isAll: boolean }> {
  const items: ListedDelivery[] = [];
  let cursor: DeliveryPage['nextCursor'] = null;
  do {
    const input: DeliveriesInput = {
      ...filter,
      limit: Math.min(pageSize, limit - items.length),
      ...(cursor === null ? {} : { cursor }),
    };
    const page: DeliveryPage = await api.sync.deliveries.query(input); // oxlint-disable-line no-await-in-loop -- each page has the cursor of the next one
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < limit);
  return { items, isAll: cursor === null };
}
