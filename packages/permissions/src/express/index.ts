export {
  createExpressGate,
  type ExpressGate,
  type ExpressGateOptions,
  type ExpressLoader,
} from './create-express-gate.ts';
export { all, any, type KnownSet, type PermissionSet, type Requirement } from '../trpc/requirement.ts';
export { createExpressAuthZen, type ExpressAuthZenOptions } from './create-express-authzen.ts';
export type { AuthZenOptions } from '../authzen/answer-authzen.ts';
export type { AuthZenCaller, AuthZenEvaluated } from '../authzen/evaluate.ts';
