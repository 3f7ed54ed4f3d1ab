import type { AddCommand } from '../command-deps.ts';
import { connectServer } from '../server/connect-server.ts';
import { ServerEnvironment } from '../server/environment.ts';
import { printDelivery } from '../sync/print-delivery.ts';

export const addSyncDelivery: AddCommand = (program, deps) => {
  program
    .command('delivery')
    .description("a delivery's life: when it came, whom it spoke of, what was tried, what changed")
    .argument('<id>', 'as "sync deliveries" shows it; its beginning is enough')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  latchkey sync delivery 9f86d081884c')
    .action(async (id: string, { json = false }: { readonly json?: boolean }) => {
      const server = connectServer(deps.env(ServerEnvironment));
      const delivery = await server.call((api) => api.sync.delivery.query({ id }));
      if (json) deps.print(JSON.stringify(delivery));
      else printDelivery(delivery, deps);
    });
};
