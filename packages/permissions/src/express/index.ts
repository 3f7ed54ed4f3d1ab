export {
  createExpressGate,
  type ExpressGate,
  type ExpressGateOptions,
  type ExpressLoader,
} from './create-express-gate.ts';
export { all, any, type AllOf, type PermissionSet, type Requirement } from '../trpc/requirement.ts';
