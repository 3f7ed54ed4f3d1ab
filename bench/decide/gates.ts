import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { portOf } from '../../apps/server/src/testing/serve.ts';
import { createAuthZenDecider } from '../../packages/permissions/src/authzen/create-authzen-decider.ts';
import {
  createPermissions,
  type Decider as PermissionDecider,
} from '../../packages/permissions/src/core/index.ts';
import { createPermitDecider } from '../../packages/permissions/src/permit/index.ts';
import { actions, grants, resources, roleOf, roleQuestions, roles } from './model.ts';
import { serveDeciders, type Decider } from './serve-deciders.ts';

const permissionsOf = (role: string): string[] =>
  resources.flatMap((resource) =>
    actions.filter((action) => grants(role, resource, action)).map((action) => `${resource}:${action}`),
  );
const [action = '', ...others] = actions;
const policy = {
  resources: Object.fromEntries(
    resources.map((resource) => [resource, { actions: [action, ...others] as const }]),
  ),
  roles: Object.fromEntries(roles.map((role) => [role, { permissions: permissionsOf(role) }])),
  defaultRole: 'role0',
} as const;

/**
 * Answers requests of Permit's API and of AuthZEN: users, actions and resources have the same names in both. The gates
 * cache the answers, so each question is decided only once.
 */
const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const text = (await request.toArray()).join('');
  const [user, action = '', resource = ''] = [/"u(\d+)"/, /"(a\d)"/, /"(r\d)"/].map(
    (name) => name.exec(text)?.[1],
  );
  const allow = grants(roleOf(Number(user)), resource, action);
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ allow, decision: allow }));
};
const pdp = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
await once(pdp, 'listening');

await serveDeciders((users) => {
  const options = {
    policy,
    url: `http://127.0.0.1:${portOf(pdp.address())}`,
    cache: { ttl: 3_600_000 },
    deadline: 60_000,
  };
  const { allowed, denied } = roleQuestions(users);
  const questions = { allowed: allowed.slice(0, 200), denied: denied.slice(0, 200) };
  const gateOn = (decider: PermissionDecider): Decider => ({
    questions,
    decide: async ({ subject, tenant, resource, action }) =>
      (await createPermissions(decider, { subject, tenant }).check(`${resource}:${action}`)).outcome ===
      'allow',
  });
  return {
    permit: gateOn(createPermitDecider({ ...options, apiKey: 'key' })),
    authzen: gateOn(createAuthZenDecider(options)),
  };
});
