export { heldByPermit, meantByLogto, type Directory } from './directories.ts';
export { startEmulatorProcesses, type EmulatorProcesses } from './start-emulators.ts';
export { arriving, deeds, fate, perform, type Cast } from './logto-changes.ts';
export { m2m, syncApplication } from './sync-application.ts';
export { watchExcess } from './watch-excess.ts';
