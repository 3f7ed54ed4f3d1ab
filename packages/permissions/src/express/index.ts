export {
  createExpressGates,
  type ExpressGate,
  type ExpressGatesOptions,
  type ExpressLoader,
} from './create-express-gates.ts';
export { all, any, type KnownSet, type PermissionSet, type Requirement } from '../trpc/requirement.ts';
export {
  createExpressAuthZenHandler,
  type ExpressAuthZenHandlerOptions,
} from './create-express-authzen-handler.ts';
export type { AuthZenOptions } from '../authzen/answer-authzen.ts';
export type { AuthZenCaller, AuthZenEvaluated } from '../authzen/evaluate.ts';
