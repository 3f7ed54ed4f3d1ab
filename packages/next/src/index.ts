export { createLatchkey, type Latchkey, type LatchkeyOptions } from './create-latchkey.ts';
export type { LatchkeyHandler, LatchkeyHandlers } from './create-handlers.ts';
export type { IdTokenClaims, Visitor } from './create-latchkey.ts';
export type { VisitorGates } from './create-visitor-gates.ts';
export { withProblems } from './create-handlers.ts';
