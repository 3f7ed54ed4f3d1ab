export { createGates, type Gated, type Permitted } from './create-gates.ts';
export { answerGates } from './answer-gates.ts';
export { gateOf, gatesOf, ungatedProcedures, type Gate } from './gate-of.ts';
