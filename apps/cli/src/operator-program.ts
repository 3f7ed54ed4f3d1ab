import { fileURLToPath } from 'node:url';
import type { Program } from './program.ts';
import { toolkit } from './toolkit-program.ts';

const { doctor: _, completion, ...ofToolkit } = toolkit.commands;

/** Also sets up and operates the console's server. */
export const operator: Program = {
  description: 'Set up and operate Latchkey',
  defaultTable: fileURLToPath(import.meta.resolve('@latchkey/policy')),
  async reportChange(change, deps) {
    const { reportChange } = await import('./server/connect-server.ts');
    await reportChange(change, deps);
  },
  commands: {
    init: {
      description: 'ask for what is missing, set everything up, and end with an examination',
      load: async () => (await import('./commands/init.ts')).addInit,
    },
    connect: {
      description: 'set up Logto and Permit for Latchkey, and the settings for both',
      load: async () => (await import('./commands/connect.ts')).addConnect,
    },
    doctor: {
      description: 'examine the settings and the services they connect to; each line has a fix',
      load: async () => (await import('./commands/doctor-server.ts')).addDoctorServer,
    },
    ...ofToolkit,
    sync: {
      description: "Logto's directory and Permit's",
      load: async () => (await import('./commands/sync.ts')).addSync,
    },
    review: {
      description: 'access reviews: start, follow and export them, and verify their evidence',
      load: async () => (await import('./commands/review.ts')).addReview,
    },
    webhook: {
      description: "send or receive Logto's webhooks manually",
      load: async () => (await import('./commands/webhook.ts')).addWebhook,
    },
    rotate: {
      description: 'replace a secret while everything runs',
      load: async () => (await import('./commands/rotate-webhook-key.ts')).addRotate,
    },
    completion,
  },
};
