export { createGates, type GatesOptions, type Loader, type Permitted } from './create-gates.ts';
export type { GateDecision } from './gate-step.ts';
export { all, any, type KnownSet, type PermissionSet, type Requirement } from './requirement.ts';
export { answerGates, type GateSource } from './answer-gates.ts';
export { gateQuestions } from '../core/gate-question.ts';
export { toTrpcError, permissionErrors } from './to-trpc-error.ts';
export type { Gate, GateTarget } from './gate.ts';
export { assertGated, gatedPermissions, gatesOf, ungatedProcedures } from './router-gates.ts';
export type { GatedContext } from './gate.ts';
