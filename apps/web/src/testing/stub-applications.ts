import type { Connection } from '../shared/applications/application.tsx';
import { fail, type Answers, type Organization } from './answers.ts';

/** An application with an address as its id, which has used its connection. */
export function stubConnection(name: string, changes: Partial<Connection> = {}): Connection {
  const host = `${name.toLowerCase()}.example`;
  return {
    clientId: `https://${host}/client.json`,
    name,
    host,
    isVerified: false,
    state: 'allowed',
    scopes: ['access:read'],
    canChange: false,
    since: '2026-11-20T09:00:00.000Z',
    lastUsedAt: '2026-11-24T09:00:00.000Z',
    hasGrant: true,
    ...changes,
  };
}

export function applicationAnswers(organization: Organization): Answers['applications'] {
  const find = (clientId: string): Connection => {
    const found = organization.connections.find((one) => one.clientId === clientId);
    if (found === undefined) throw fail('APPLICATION_NOT_FOUND');
    return found;
  };
  const remove = (clientId: string): void => {
    const removed = find(clientId);
    organization.connections = organization.connections.filter((one) => one !== removed);
  };
  const found = () => ({ connections: organization.connections, areGrantsKnown: true });
  return {
    address: 'https://console.latchkey.example/mcp',
    mine: found,
    ofPerson: found,
    allow: ({ clientId }) => {
      const allowed = { ...find(clientId), state: 'allowed' as const };
      organization.connections = organization.connections.map((one) =>
        one.clientId === clientId ? allowed : one,
      );
      return { clientId };
    },
    disconnect: ({ clientId }) => {
      remove(clientId);
      return { grant: 'deleted' };
    },
    disconnectPerson: ({ clientId }) => {
      remove(clientId);
      return { ended: true };
    },
    list: () => ({
      applications: organization.connections.map(({ state, ...connection }) => {
        const reason = organization.blocked.get(connection.clientId);
        const by = { at: '2026-11-25T09:00:00.000Z', by: 'u-admin', byName: 'Amelia Hart' };
        return {
          ...connection,
          scopes: [...connection.scopes],
          people: state === 'waiting' ? 0 : 2,
          waiting: state === 'waiting' ? 1 : 0,
          blocked: reason === undefined ? null : { ...by, reason },
        };
      }),
    }),
    peopleOf: ({ clientId }) => {
      const { lastUsedAt } = find(clientId);
      return { people: [{ subject: 'u-nina', name: 'Nina', lastUsedAt, state: 'allowed' }], more: 1 };
    },
    block: ({ clientId, reason = null }) => {
      organization.blocked.set(clientId, reason);
      return { clientId };
    },
    unblock: ({ clientId }) => {
      organization.blocked.delete(clientId);
      return { clientId };
    },
  };
}
