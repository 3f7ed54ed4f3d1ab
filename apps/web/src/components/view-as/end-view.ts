import type { Api } from '../../api/api.ts';
import { isViewing, viewInTab } from '../../auth/view-as.ts';

/** The maximum number of milliseconds to wait: if the server is unreachable, the view expires. */
const patience = 3_000;

/** Ends this tab's view on the server, if it has one. Never rejects. */
export async function endView({ client }: Pick<Api, 'client'>): Promise<void> {
  const id = viewInTab();
  if (id === undefined || !isViewing()) return;
  await Promise.race([
    client.viewAs.end.mutate({ id }).catch(() => {}),
    new Promise((resolve) => setTimeout(resolve, patience)),
  ]);
}
