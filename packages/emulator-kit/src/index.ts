export { openStore, type Collection, type Store } from './store.ts';
export { listen, PortInUseError, type Listening, type ListenOptions } from './listen.ts';
export {
  createFaultList,
  createFaults,
  faultInput,
  type ActiveFault,
  type Fault,
  type FaultInput,
  type FaultList,
  type Faults,
} from './faults.ts';
export { readSeed, SeedFileError } from './read-seed.ts';
export { html, icons, raw, type Html } from './html.ts';
export { tokens, fontPath, fontStyle, readFont } from './console/style.ts';
export * as ui from './console/components.ts';
export { renderPage, type Console, type Page, type PageRequest } from './console/page.ts';
