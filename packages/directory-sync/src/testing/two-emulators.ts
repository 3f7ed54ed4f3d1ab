import { createServer } from 'node:http';
import type { Emulator as Logto } from '@latchkey/logto-emulator';
import { createPermitClient, noLimits } from '@latchkey/permissions/permit';
import type { Emulator as Permit } from '@latchkey/permit-emulator';
import { webhookEventNames } from '../events/logto-event-names.ts';
import { LogtoEvent } from '../events/logto-event.ts';
import { createLogtoManagement } from '../logto/logto-management.ts';
import type { LogtoManagementOptions } from '../logto/logto-transport.ts';
import { createPermitFacts } from '../permit/permit-facts.ts';
import type { ReconcileDeps } from '../reconcile/plan-for-user.ts';
import type { CallManagementApi } from './management-api.ts';
import { startEmulators } from './start-emulators.ts';
import { testMapping, testPolicy } from './test-policy.ts';

export interface TwoEmulators {
  readonly logto: Logto;
  readonly permit: Permit;
  readonly deps: ReconcileDeps;
  /** For another Management API client than the one in `deps`. */
  readonly logtoConnection: LogtoManagementOptions;
  readonly manage: CallManagementApi;
  /** The events since the last call. */
  deliveries(): Promise<LogtoEvent[]>;
  close(): Promise<void>;
}

/** Both emulators with `testPolicy`, some roles in Logto, and a webhook whose deliveries are recorded. */
export async function startTwoEmulators(): Promise<TwoEmulators> {
  const stack = new AsyncDisposableStack();
  let received: LogtoEvent[] = [];
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push(LogtoEvent.parse(JSON.parse(Buffer.concat(chunks).toString())));
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  stack.defer(() => void receiver.close());
  const address = receiver.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const { emulators, logto, permit, manage } = stack.use(
    await startEmulators({
      logtoSeed: {
        roles: ['Staff admin', 'Staff auditor', 'Badge only', 'Unmapped'].map((name) => ({
          id: name.toLowerCase().replace(' ', '-'),
          name,
        })),
        organizationRoles: ['owner', 'controller', 'guest'].map((name) => ({ id: name, name })),
        hooks: [
          { id: 'sync', name: 'sync', url: `http://127.0.0.1:${port}/`, events: [...webhookEventNames] },
        ],
      },
      policy: testPolicy,
    }),
  );
  const deps: ReconcileDeps = {
    logto: createLogtoManagement(logto),
    permit: createPermitFacts(createPermitClient({ ...permit, limits: noLimits })),
    mapping: testMapping,
  };
  return {
    ...emulators,
    deps,
    logtoConnection: logto,
    manage,
    async deliveries() {
      await emulators.logto.settled();
      const all = received;
      received = [];
      return all;
    },
    close: () => stack.disposeAsync(),
  };
}
