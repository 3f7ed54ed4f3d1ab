import { createServer } from 'node:http';
import { start as startLogto, type Emulator as Logto } from '@latchkey/logto-emulator';
import { applyPolicy } from '@latchkey/permissions/policy';
import { start as startPermit, type Emulator as Permit } from '@latchkey/permit-emulator';
import { z } from 'zod';
import { noLimits } from '../apply/limits.ts';
import { createRateLimiter } from '../apply/rate-limiter.ts';
import { LogtoEvent } from '../events/logto-event.ts';
import { createLogtoManagement } from '../logto/logto-management.ts';
import { createPermitFacts } from '../permit/permit-facts.ts';
import { createPermitTransport } from '../permit/permit-transport.ts';
import type { ReconcileDeps } from '../reconcile/plan-for-user.ts';
import { m2m, syncApplication } from './sync-application.ts';
import { testMapping, testPolicy } from './test-policy.ts';

export interface TwoEmulators {
  readonly logto: Logto;
  readonly permit: Permit;
  readonly deps: ReconcileDeps;
  /** What Logto has sent since this was last asked. */
  deliveries(): Promise<LogtoEvent[]>;
  /** Calls Logto's Management API, and answers with the body. */
  manage(method: string, path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Both vendors, with a policy and organization roles in place, and Logto's webhooks caught. */
export async function startTwoEmulators(): Promise<TwoEmulators> {
  const stack = new AsyncDisposableStack();
  let caught: LogtoEvent[] = [];
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      caught.push(LogtoEvent.parse(JSON.parse(Buffer.concat(chunks).toString())));
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  stack.defer(() => void receiver.close());
  const address = receiver.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const logto = await startLogto({
    seed: {
      applications: [syncApplication],
      roles: ['Staff admin', 'Staff auditor', 'Unmapped'].map((name) => ({
        id: name.toLowerCase().replace(' ', '-'),
        name,
      })),
      organizationRoles: ['owner', 'controller', 'guest'].map((name) => ({ id: name, name })),
      hooks: [
        {
          id: 'sync',
          name: 'sync',
          url: `http://127.0.0.1:${port}/`,
          events: [
            'User.Created',
            'User.Data.Updated',
            'User.Deleted',
            'User.SuspensionStatus.Updated',
            'Organization.Created',
            'Organization.Data.Updated',
            'Organization.Deleted',
            'Organization.Membership.Updated',
          ],
        },
      ],
    },
  });
  stack.defer(() => logto.close());
  const permit = await startPermit({ port: 0, pdpPort: 0, opaPort: 'off' });
  stack.defer(() => permit.close());
  const management = { apiUrl: permit.url, apiKey: permit.keys.environment };
  await applyPolicy(testPolicy, management);
  const deps: ReconcileDeps = {
    logto: createLogtoManagement({ endpoint: logto.url, ...m2m }),
    permit: createPermitFacts(createPermitTransport(management, createRateLimiter(noLimits))),
    mapping: testMapping,
  };
  const token = await logto.managementToken();
  return {
    logto,
    permit,
    deps,
    async deliveries() {
      await logto.settled();
      const all = caught;
      caught = [];
      return all;
    },
    async manage(method, path, body) {
      const response = await fetch(`${logto.url}/api${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === '' || !text.startsWith('{') ? undefined : JSON.parse(text);
    },
    close: () => stack.disposeAsync(),
  };
}

export const idOf = (body: unknown): string => z.object({ id: z.string() }).parse(body).id;
