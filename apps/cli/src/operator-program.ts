import { fileURLToPath } from 'node:url';
import { DoctorEnvironment } from './env.ts';
import type { Program } from './program.ts';
import { toolkit } from './toolkit-program.ts';

const { doctor: _, completion, ...ofToolkit } = toolkit.commands;

/** The toolkit's program, with commands that set up and operate the console's server. */
export const operator: Program = {
  description: 'Set up and operate Latchkey',
  defaultTable: fileURLToPath(import.meta.resolve('@latchkey/policy')),
  async reportChange(change, deps) {
    const { reportChange } = await import('./server/connect-server.ts');
    await reportChange(change, deps);
  },
  async compareScopes(scopes, { env }) {
    const { compareScopes } = await import('./connect/compare-scopes.ts');
    return compareScopes(scopes, env(DoctorEnvironment));
  },
  commands: {
    init: {
      description: 'ask for missing settings, set everything up, and check it',
      load: async () => (await import('./commands/init.ts')).addInit,
    },
    connect: {
      description: 'set up Logto and Permit, and write the settings',
      load: async () => (await import('./commands/connect.ts')).addConnect,
    },
    doctor: {
      description: 'check the settings and the services, and show a fix for each problem',
      load: async () => (await import('./commands/doctor-server.ts')).addDoctorServer,
    },
    ...ofToolkit,
    mcp: {
      description: 'show how to connect MCP clients, and check the MCP server as a client would',
      load: async () => (await import('./commands/mcp.ts')).addMcp,
    },
    sync: {
      description: "sync Logto's directory to Permit",
      load: async () => (await import('./commands/sync.ts')).addSync,
    },
    review: {
      description: 'start, follow and export access reviews, and verify their evidence',
      load: async () => (await import('./commands/review.ts')).addReview,
    },
    webhook: {
      description: "send or receive Logto's webhooks manually",
      load: async () => (await import('./commands/webhook.ts')).addWebhook,
    },
    rotate: {
      description: 'replace a secret without downtime',
      load: async () => (await import('./commands/rotate-webhook-key.ts')).addRotate,
    },
    completion,
  },
};
