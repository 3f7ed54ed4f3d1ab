export {
  createPermissionsReact,
  type CanComponent,
  type PermissionsProviderProps,
  type PermissionsReact,
  type PermissionsReactOptions,
  type UseCan,
  type UseGates,
} from './create-permissions-react.tsx';
export { CanByState, type CanByStateProps, type CanOptions } from './can.tsx';
export type { GateState } from './gate-entry.ts';
export type { Ask, GateStore } from './gate-store.ts';
export type { GateArgument, GatedProcedure, GateInput, GetQueryKey } from './gated-procedure.ts';
export { createFetchAsk } from './create-fetch-ask.ts';
export { gateProps, type GateOptions, type GateProps } from './can.tsx';
