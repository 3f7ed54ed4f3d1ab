import type { Emulator as Logto } from '@latchkey/logto-emulator';
import { createManagement, type Management } from '../connect/management.ts';

/** The machine-to-machine application for tests of the Logto set-up, in seed format. */
export const machine = {
  id: 'setupmachine000000001',
  secret: 'the-secret-of-the-set-up-machine',
  name: 'Set-up',
  type: 'MachineToMachine',
  managementApi: true,
} as const;

export function managementOf(logto: Logto): Management {
  return createManagement({
    endpoint: logto.url,
    appId: machine.id,
    appSecret: machine.secret,
    resource: 'https://default.logto.app/api',
  });
}

export function settingsFor(logto: Logto) {
  return {
    LOGTO_ENDPOINT: logto.url,
    LOGTO_M2M_APP_ID: machine.id,
    LOGTO_M2M_APP_SECRET: machine.secret,
  };
}
