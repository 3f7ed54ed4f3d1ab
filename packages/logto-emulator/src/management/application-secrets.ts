import { z } from 'zod';
import { secret } from '../directory/identifiers.ts';
import type { ApplicationSecret } from '../directory/records.ts';
import { findApplication, isConfidential } from './applications.ts';
import { input } from './input.ts';
import { found, foundForUpdate, RequestError } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';

const name = z.string().min(1).max(256);

function findSecret(call: Call): ApplicationSecret {
  const { id } = findApplication(call);
  return found(call.logto.directory.secrets.get(`${id}/${call.params['name']}`));
}

function put({ logto: { directory } }: Call, record: ApplicationSecret): void {
  const key = `${record.applicationId}/${record.name}`;
  if (directory.secrets.has(key)) throw new RequestError('application.secret_name_exists', 422);
  directory.secrets.put(key, record);
}

function createSecret(call: Call): Answer {
  const given = input(z.object({ name, expiresAt: z.number().nullable().default(null) }), call.body);
  const now = call.logto.clock.now();
  if (given.expiresAt !== null && given.expiresAt <= now) {
    throw new RequestError('request.invalid_input', 400, {
      details: 'The value of `expiresAt` must be in the future.',
    });
  }
  const application = findApplication(call);
  const { id } = application;
  if (!isConfidential(application)) throw new RequestError('entity.db_constraint_violated', 422);
  const { expiresAt } = given;
  const created: ApplicationSecret = {
    tenantId: 'default',
    applicationId: id,
    name: given.name,
    value: secret(),
    createdAt: now,
    expiresAt,
  };
  put(call, created);
  return { status: 201, body: created };
}

function renameSecret(call: Call): Answer {
  const given = input(z.object({ name }), call.body);
  const { id } = findApplication(call);
  const secrets = call.logto.directory.secrets;
  const old = foundForUpdate(secrets.get(`${id}/${call.params['name']}`), 'application_secret');
  const renamed = { ...old, name: given.name };
  if (renamed.name !== old.name) {
    put(call, renamed);
    secrets.delete(`${old.applicationId}/${old.name}`);
  }
  return { body: renamed };
}

export const applicationSecretRoutes: readonly Route[] = [
  route('GET /applications/:id/secrets', (call) => ({
    body: call.logto.directory.secrets.findBy('application', findApplication(call).id),
  })),
  route('POST /applications/:id/secrets', createSecret),
  route('PATCH /applications/:id/secrets/:name', renameSecret),
  route('DELETE /applications/:id/secrets/:name', (call) => {
    const { applicationId, name: gone } = findSecret(call);
    call.logto.directory.secrets.delete(`${applicationId}/${gone}`);
    return {};
  }),
];
