export {
  createPermissionsReact,
  type GateState,
  type PermissionsProviderProps,
  type PermissionsReact,
} from './create-permissions-react.tsx';
export { CanByState, type CanByStateProps, type CanLook } from './can.tsx';
export type { Ask } from './gate-store.ts';
export type { GatedProcedure, GateInput } from './gated-procedure.ts';
