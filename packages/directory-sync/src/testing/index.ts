export { heldByPermit, meantByLogto, type Directory } from './directories.ts';
export { startEmulatorProcesses, type EmulatorProcesses } from './emulator-processes.ts';
export { arriving, deeds, fate, perform, type Cast } from './history.ts';
export { m2m, syncApplication } from './sync-application.ts';
export { watchExcess } from './watch-excess.ts';
