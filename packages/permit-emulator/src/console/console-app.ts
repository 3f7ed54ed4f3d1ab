import {
  fontPath,
  html,
  readFont,
  renderPage,
  ui,
  type Console,
  type PageRequest,
} from '@latchkey/emulator-kit';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Account } from '../model/account.ts';
import type { Environment } from '../model/environment.ts';
import type { DecisionLog } from '../pdp/decision-log.ts';
import { checkPage } from './check-page.ts';
import { decisionRow, decisionsPage, isShown } from './decisions-page.ts';
import { overviewPage, tenantPage, tenantsPage, userPage, usersPage } from './directory-pages.ts';
import { graphPage } from './graph-page.ts';
import { policyPage } from './policy-page.ts';
import type { Addresses, View } from './view.ts';

export interface ConsoleDeps {
  readonly account: () => Account;
  readonly decisions: DecisionLog;
  readonly defaultEnvironment: () => Environment;
  readonly addresses: () => Addresses;
}

const shell: Console<View> = {
  name: 'Permit emulator',
  pages: [
    { path: '/', name: 'Overview', show: overviewPage },
    { path: '/console/check', name: 'Try a check', show: checkPage },
    { path: '/console/decisions', name: 'Decisions', show: decisionsPage },
    { path: '/console/users', name: 'Users', count: ({ env }) => env.users.size, show: usersPage },
    { path: '/console/users/:key', show: userPage },
    { path: '/console/tenants', name: 'Tenants', count: ({ env }) => env.tenants.size, show: tenantsPage },
    { path: '/console/tenants/:key', show: tenantPage },
    { path: '/console/policy', name: 'Policy', show: policyPage },
    { path: '/console/graph', name: 'Relationships', count: ({ env }) => env.tuples.size, show: graphPage },
  ],
  preserve: { parameter: 'env', menu: environments },
};

/** Choosing an environment shows the same page of it. */
function environments({ state: { account, env }, path }: PageRequest<View>) {
  const names = [...account.environmentRecords.values()].map(
    ({ id, key, project_id }) => [id, `${account.projects.get(project_id)?.key} / ${key}`] as const,
  );
  return html`<form method="get" action="${path}">
    <select name="env" aria-label="Environment">
      ${ui.options(names, env.scope.environment_id)}</select
    ><noscript><button>Show</button></noscript>
  </form>`;
}

export function createConsoleApp({ account, decisions, defaultEnvironment, addresses }: ConsoleDeps): Hono {
  const app = new Hono();
  for (const page of shell.pages) {
    app.get(page.path, ({ req }) => {
      const known = account();
      const record = known.environmentRecords.get(req.query('env') ?? '');
      const env = record === undefined ? defaultEnvironment() : known.environment(record);
      const state = { account: known, env, decisions, addresses: addresses() };
      const { body, ...init } = renderPage(shell, page, {
        state,
        url: new URL(req.url),
        params: req.param(),
      });
      return new Response(body, init);
    });
  }
  app.get('/_emulator/page/decisions', (context) =>
    streamSSE(context, async (stream) => {
      const { environment, show } = context.req.query();
      await new Promise<void>((resolve) => {
        const stop = decisions.follow((decision) => {
          if (decision.environment_id !== environment || !isShown(decision, show)) return;
          void stream.writeSSE({ event: 'row', data: decisionRow(decision).markup });
        });
        stream.onAbort(() => {
          stop();
          resolve();
        });
      });
    }),
  );
  app.get(`${fontPath}*`, async ({ req, notFound }) => {
    const font = await readFont(req.path.slice(fontPath.length));
    return font === undefined ? notFound() : new Response(font.body, font);
  });
  return app;
}
