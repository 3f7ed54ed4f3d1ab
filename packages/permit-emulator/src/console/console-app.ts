import { Hono, type Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { html } from '@latchkey/emulator-kit';
import { PermitError } from '../errors.ts';
import type { Account } from '../model/account.ts';
import type { Environment } from '../model/environment.ts';
import type { DecisionLog } from '../pdp/decision-log.ts';
import { checkPage } from './check-page.ts';
import { decisionRow, decisionsPage, isShown } from './decisions-page.ts';
import { tenantPage, tenantsPage, userPage, usersPage } from './directory-pages.ts';
import { mountFonts } from './fonts.ts';
import { graphPage } from './graph-page.ts';
import { overviewPage, type Addresses } from './overview-page.ts';
import { policyPage } from './policy-page.ts';
import { contentSecurityPolicy, render, type Page, type PageRequest } from './layout.ts';

export interface ConsoleDeps {
  readonly account: () => Account;
  readonly decisions: DecisionLog;
  readonly defaultEnvironment: () => Environment;
  /** Known once all ports are open. */
  readonly addresses: () => Addresses;
}

/** The console, at the root and under `/console`, and its assets under `/_emulator/page`. */
export function createConsoleApp(deps: ConsoleDeps): Hono {
  const { decisions } = deps;
  const app = new Hono();
  const page = (path: string, show: (request: PageRequest, context: Context) => Page): void => {
    app.get(path, (context) => {
      const request = pageRequestOf(deps, context);
      context.header('content-security-policy', contentSecurityPolicy);
      return context.html(render(request, show(request, context)));
    });
  };

  page('/', (request) => overviewPage(request, deps.addresses()));
  page('/console/check', checkPage);
  page('/console/decisions', (request) => decisionsPage(request, decisions));
  page('/console/users', usersPage);
  page('/console/users/:key', (request, { req }) =>
    orNotFound(request, () => userPage(request, req.param('key') ?? '')),
  );
  page('/console/tenants', tenantsPage);
  page('/console/tenants/:key', (request, { req }) =>
    orNotFound(request, () => tenantPage(request, req.param('key') ?? '')),
  );
  page('/console/policy', policyPage);
  page('/console/graph', graphPage);
  mountDecisionStream(app, decisions);
  mountFonts(app);
  return app;
}

function pageRequestOf({ account, defaultEnvironment }: ConsoleDeps, { req }: Context): PageRequest {
  const known = account();
  const query = req.query();
  const record = known.environmentRecords.get(query['env'] ?? '');
  const env = record === undefined ? defaultEnvironment() : known.environment(record);
  return {
    account: known,
    env,
    path: req.path,
    query,
    href(path, more = {}) {
      const search = new URLSearchParams({
        ...(record !== undefined && { env: record.id }),
        ...more,
      }).toString();
      return search === '' ? path : `${path}?${search}`;
    },
  };
}

function orNotFound(request: PageRequest, show: () => Page): Page {
  try {
    return show();
  } catch (error) {
    if (!(error instanceof PermitError)) throw error;
    return {
      title: 'Not here',
      purpose: 'What this address names does not exist, or not any more.',
      body: html`<p><a href="${request.href('/')}">Go to the overview</a></p>`,
    };
  }
}

/** Sends new rows of the decision log to the page, as server-sent events. */
function mountDecisionStream(app: Hono, decisions: DecisionLog): void {
  app.get('/_emulator/page/decisions', (context) =>
    streamSSE(context, async (stream) => {
      const { environment, show } = context.req.query();
      await new Promise<void>((resolve) => {
        const stop = decisions.follow((decision) => {
          if (decision.environment_id !== environment || !isShown(decision, show)) return;
          void stream.writeSSE({ event: 'decision', data: decisionRow(decision).markup });
        });
        stream.onAbort(() => {
          stop();
          resolve();
        });
      });
    }),
  );
}
