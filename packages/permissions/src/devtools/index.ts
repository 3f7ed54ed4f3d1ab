export { GateDevtools, type GateDevtoolsProps } from './gate-devtools.tsx';
export type { GateTable } from './preview-ask.ts';
