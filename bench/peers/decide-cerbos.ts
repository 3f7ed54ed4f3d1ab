import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GRPC } from '@cerbos/grpc';
import { actions, grants, resources, roleOf, roleQuestions, roles, tenantOf } from '../decide/model.ts';
import { serveDeciders } from '../decide/serve-deciders.ts';

/** Cerbos's own server, in a child process. Each check carries the user's roles, as Cerbos requires. */
await serveDeciders(async (users) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-cerbos-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'policies'));
  for (const resource of resources) {
    const rules = actions.flatMap((action) => {
      const holders = roles.filter((role) => grants(role, resource, action));
      return holders.length === 0 ? [] : [{ actions: [action], effect: 'EFFECT_ALLOW', roles: holders }];
    });
    const policy = {
      apiVersion: 'api.cerbos.dev/v1',
      resourcePolicy: { resource, version: 'default', rules },
    };
    writeFileSync(join(folder, 'policies', `${resource}.json`), JSON.stringify(policy));
  }
  const socket = `unix:${join(folder, 'grpc.sock')}`;
  const settings = {
    'server.httpListenAddr': `unix:${join(folder, 'http.sock')}`,
    'server.grpcListenAddr': socket,
    'storage.driver': 'disk',
    'storage.disk.directory': join(folder, 'policies'),
    'telemetry.disabled': 'true',
  };
  const binary = createRequire(import.meta.url).resolve('@cerbos/cerbos-linux-x64');
  const args = [
    'server',
    '--log-level=error',
    ...Object.entries(settings).map(([key, to]) => `--set=${key}=${to}`),
  ];
  const server = spawn(binary, args, { stdio: 'inherit' });
  process.once('exit', () => server.kill('SIGKILL'));
  const cerbos = new GRPC(socket, { tls: false });
  for (let attempt = 0; attempt < 100; attempt++) {
    const health = await cerbos.checkHealth().catch(() => undefined);
    if (health?.status === 'SERVING') break;
    await sleep(100);
  }
  const rolesOf = new Map(
    Array.from({ length: users }, (_, user) => [`${tenantOf(user)}:u${user}`, roleOf(user)]),
  );
  return {
    rbac: {
      isElsewhere: true,
      questions: roleQuestions(users),
      decide: ({ subject, tenant, resource, action }) =>
        cerbos.isAllowed({
          principal: { id: subject, roles: [rolesOf.get(`${tenant}:${subject}`) ?? ''] },
          resource: { kind: resource, id: 'any' },
          action,
        }),
    },
  };
});
