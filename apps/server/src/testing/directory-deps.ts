import {
  createLogtoManagement,
  createPermitClient,
  createPermitFacts,
  type ReconcileDeps,
} from '@latchkey/directory-sync';
import { directoryMapping } from '@latchkey/policy/directory';
import type { TestLogto } from './test-logto.ts';
import type { TestServer } from './test-server.ts';

/** Lets a test read both directories directly. */
export function directoryDeps(
  { permit }: Pick<TestServer, 'permit'>,
  { management }: Pick<TestLogto, 'management'>,
): ReconcileDeps {
  const facts = { apiUrl: permit.url, apiKey: permit.keys.environment };
  return {
    logto: createLogtoManagement(management),
    permit: createPermitFacts(createPermitClient(facts)),
    mapping: directoryMapping,
  };
}
