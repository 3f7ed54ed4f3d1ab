import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { policy } from '@latchkey/policy';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createManagement } from '../../apps/cli/src/connect/management.ts';
import { readMcpState } from '../../apps/cli/src/connect/mcp-state.ts';
import { planMcp } from '../../apps/cli/src/connect/plan-mcp.ts';
import { start, type Seed } from '../../packages/logto-emulator/src/index.ts';
import { MACHINE_APP } from './seed-users.ts';
import { logtoSeed } from './seed-vendors.ts';
import { resolveSettings, root } from './settings.ts';

test('the seed needs nothing from "latchkey connect logto" for MCP clients, and every user can connect them', async () => {
  const settings = resolveSettings(parseEnv(readFileSync(join(root, '.env.example'), 'utf8')), {});
  const seed: Seed = logtoSeed(settings);
  const logto = await start({ seed });
  const management = createManagement({
    endpoint: logto.url,
    appId: MACHINE_APP.id,
    appSecret: MACHINE_APP.secret,
    resource: 'https://default.logto.app/api',
  });
  const resource = `${settings.webUrl}/mcp`;
  const state = await readMcpState(management, resource);
  const steps = planMcp(state, { resource, scopes: policy.scopes, enableDocuments: true });
  expect(steps.filter(({ change }) => change !== 'unchanged')).toEqual([]);
  expect(state.clients?.oidcClientMetadata.redirectUris).toContain('http://127.0.0.1/callback');
  const without = `/users?excludeRoleId=${state.role?.id}`;
  expect(await management.get(without, z.array(z.unknown()))).toEqual([]);
  await logto.close();
});
