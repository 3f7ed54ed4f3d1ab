/** The application by which sync asks Logto. */
export const m2m = { appId: 'sync', appSecret: 'the-secret-of-the-sync-application' };

/** The same as Logto's emulator is seeded with it. */
export const syncApplication = {
  id: m2m.appId,
  name: 'Sync',
  type: 'MachineToMachine',
  secret: m2m.appSecret,
  managementApi: true,
} as const;
