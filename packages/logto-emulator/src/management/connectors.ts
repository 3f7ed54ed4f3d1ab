import { z } from 'zod';
import { emailConnectors } from '../directory/email-connectors.ts';
import { standardId } from '../directory/identifiers.ts';
import type { Connector } from '../directory/records.ts';
import { input } from './input.ts';
import { found, remove, RequestError } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';

const creation = z.object({
  id: z.string().min(1).optional(),
  connectorId: z.string(),
  config: z.record(z.string(), z.unknown()).default({}),
});

const showConnector = (connector: Connector) => ({
  ...connector,
  type: 'Email',
  target: emailConnectors[connector.connectorId],
  platform: null,
  metadata: {},
  syncProfile: false,
});

/** Only kept: whatever it is configured with, mail goes to the emulator's inbox. A second one replaces the first. */
function createConnector({ logto, body }: Call): Answer {
  const { id = standardId(), connectorId, config } = input(creation, body);
  if (emailConnectors[connectorId] === undefined)
    throw new RequestError('connector.not_found_with_connector_id', 422, { connectorId });
  const { connectors } = logto.directory;
  for (const other of connectors.keys()) connectors.delete(other);
  const connector: Connector = { tenantId: 'default', id, connectorId, config };
  connectors.put(id, connector);
  return { body: showConnector(connector) };
}

export const connectorRoutes: readonly Route[] = [
  route('GET /connectors', ({ logto }) => ({
    body: [...logto.directory.connectors.values()].map(showConnector),
  })),
  route('POST /connectors', createConnector),
  route('GET /connectors/:id', ({ logto, params }) => ({
    body: showConnector(found(logto.directory.connectors.get(params['id'] ?? ''))),
  })),
  route('DELETE /connectors/:id', ({ logto, params }) => {
    remove(logto.directory.connectors, params['id']);
    return {};
  }),
];
