export { openStore, type Collection, type Store } from './store.ts';
export { listen, PortInUseError, type Listening, type ListenOptions } from './listen.ts';
export { createFaultList, type ActiveFault, type FaultList } from './fault-list.ts';
export { createFaults, type Fault, type FaultInput, type Faults } from './faults.ts';
export { html, raw, type Html } from './html.ts';
export { icon, latchkey } from './icon.ts';
export { tokens } from './tokens.ts';
