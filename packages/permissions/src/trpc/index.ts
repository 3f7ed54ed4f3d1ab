export { createGates, type Gated, type Loader, type Permitted } from './create-gates.ts';
export { all, any, type Requirement } from './requirement.ts';
export { answerGates } from './answer-gates.ts';
export { asTrpcError } from './require-permissions.ts';
export { assertGated, gatesOf, ungatedProcedures, type Gate } from './router-gates.ts';
