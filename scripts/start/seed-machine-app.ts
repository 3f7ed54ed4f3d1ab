/**
 * The machine-to-machine application that `pnpm start` creates in the Logto emulator. The server and the CLI use it to
 * call Logto's Management API, and the CLI to call the server, where it has the role admin. The secret is public: it is
 * valid only for the emulator and for the server on this machine.
 */
export const MACHINE_APP = {
  name: 'Latchkey machine',
  id: 'latchkeystartmachine1',
  secret: 'latchkeyDevelopmentMachineSecret',
};
