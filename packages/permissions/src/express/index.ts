export { createExpressGate, type ExpressGate, type ExpressGateOptions } from './create-express-gate.ts';
