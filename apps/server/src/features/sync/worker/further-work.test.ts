import { directoryMapping } from '@latchkey/policy/directory';
import { expect, test, vi } from 'vitest';
import { createProcessSubjects, type ProcessSubjectsDeps } from './process-subjects.ts';

const enqueue = vi.fn<ProcessSubjectsDeps['enqueue']>().mockResolvedValue();
const enqueueStatusChecks = vi.fn<ProcessSubjectsDeps['enqueueStatusChecks']>().mockResolvedValue();

async function* pages<Item>(...items: Item[]): AsyncGenerator<Item[]> {
  yield items;
}

/** Ann is suspended and a member of the organization `acme`; Permit has neither. */
function processOne(subject: string, { isRecorded = true } = {}) {
  const made = {
    mapping: directoryMapping,
    logto: {
      user: async (id: string) => ({ id, isSuspended: true }),
      rolesOf: async () => [],
      organizationsOf: async () => [],
      organization: async (id: string) => ({ id, name: 'Acme' }),
      members: () => pages({ id: 'ann', roles: [] }),
    },
    permit: {
      reads: { tenant: async () => undefined, user: async () => undefined, usersIn: () => pages() },
      writes: { createTenant: async () => {}, createUser: async () => {} },
    },
    deliveries: {
      pendingOf: async () => [{ id: 'd1', subject, body: '' }],
      settle: async () => {},
    },
    revocations: {
      recordsOf: async () => new Map(),
      rememberActive: async () => {},
      isRevoked: () => false,
      record: async () => isRecorded,
    },
    enqueue,
    enqueueStatusChecks,
    record: () => () => {},
    async onUsers() {},
    onChange() {},
    onDoubt() {},
    closing: new AbortController().signal,
    log: { error() {} },
  };
  const deps = made as unknown as ProcessSubjectsDeps; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the others are not used
  return createProcessSubjects(deps)([{ subject, isLast: false }]);
}

test('members of an organization whose roles differ are reconciled next', async () => {
  expect(await processOne('organization:acme')).toEqual(['done']);
  expect(enqueue).toHaveBeenCalledExactlyOnceWith(['user:ann'], { force: true });
});

test('a status that changed while Logto was queried is queried again', async () => {
  expect(await processOne('user:ann')).toEqual(['done']);
  expect(enqueueStatusChecks).not.toHaveBeenCalled();
  expect(await processOne('user:ann', { isRecorded: false })).toEqual(['done']);
  expect(enqueueStatusChecks).toHaveBeenCalledExactlyOnceWith(['ann']);
});
