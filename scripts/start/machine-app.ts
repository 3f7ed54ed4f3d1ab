/** Opens the Management API of the emulator on this machine, and nothing else. */
export const MACHINE_APP = { id: 'latchkeystartmachine1', secret: 'latchkeyDevelopmentMachineSecret' };
