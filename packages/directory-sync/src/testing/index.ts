export { expectedFromLogto, heldByPermit, type Directory } from './directories.ts';
export {
  applyLogtoChange,
  arbitraryLogtoChange,
  type DirectoryIds,
  type LogtoChange,
  type RoleIds,
} from './logto-changes.ts';
export { connectManagementApi, idOf, type CallManagementApi } from './management-api.ts';
export {
  startEmulatorProcesses,
  startEmulators,
  startLogtoEmulator,
  startPermitEmulator,
  type EmulatorConnections,
  type EmulatorsOptions,
  type PermitConnection,
  type StartedEmulators,
  type StartedLogto,
  type StartedPermit,
} from './start-emulators.ts';
export { m2m, syncApplication } from './management-api.ts';
export { arbitraryTransmission, transmit, type Transmission } from './logto-changes.ts';
export { watchExcess, type ExcessWatch } from './directories.ts';
