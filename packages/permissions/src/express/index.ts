export { createExpressGate, type ExpressGate, type ExpressGateOptions } from './create-express-gate.ts';
export { problemOf, type Problem } from './problem-of.ts';
