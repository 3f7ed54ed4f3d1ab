/** The credentials of the machine-to-machine application that sync uses in tests. */
export const m2m = { appId: 'sync', appSecret: 'the-secret-of-the-sync-application' };

/** The same application in the seed of the Logto emulator. `startEmulators` and `startEmulatorProcesses` add it. */
export const syncApplication = {
  id: m2m.appId,
  name: 'Sync',
  type: 'MachineToMachine',
  secret: m2m.appSecret,
  managementApi: true,
} as const;
