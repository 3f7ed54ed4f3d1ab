export {
  createPermissionsReact,
  type GateState,
  type PermissionsReact,
} from './create-permissions-react.tsx';
export type { Ask } from './gate-store.ts';
export type { GatedProcedure, GateInput } from './gated-procedure.ts';
