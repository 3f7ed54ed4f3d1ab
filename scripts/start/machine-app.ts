/** Opens the emulator's Management API and, as an administrator, the server on this machine; nothing else. */
export const MACHINE_APP = {
  name: 'Latchkey machine',
  id: 'latchkeystartmachine1',
  secret: 'latchkeyDevelopmentMachineSecret',
};
