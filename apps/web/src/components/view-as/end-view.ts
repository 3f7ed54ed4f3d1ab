import type { Api } from '../../api/api.ts';
import { isViewing, viewInTab } from '../../auth/view-as.ts';

/** Milliseconds that somebody waits who leaves: a server that is away ends the view by itself. */
const patience = 3_000;

/** Ends this tab's view on the server, if it shows one. Never rejects. */
export async function endView({ client }: Pick<Api, 'client'>): Promise<void> {
  const id = viewInTab();
  if (id === undefined || !isViewing()) return;
  await Promise.race([
    client.viewAs.end.mutate({ id }).catch(() => {}),
    new Promise((resolve) => setTimeout(resolve, patience)),
  ]);
}
