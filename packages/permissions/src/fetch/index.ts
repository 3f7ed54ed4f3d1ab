export { createAuthZenHandler, type AuthZenHandlerOptions } from './create-authzen-handler.ts';
export type { AuthZenOptions } from '../authzen/answer-authzen.ts';
export type { AuthZenCaller, AuthZenEvaluated } from '../authzen/evaluate.ts';
export { createGateHandler, type GateHandlerOptions } from './create-gate-handler.ts';
export {
  createServerGates,
  type ServerAnswers,
  type ServerGate,
  type ServerGates,
} from './create-server-gates.ts';
export { responseOf } from './problem-response.ts';
export { recordAnswers, type AnswerRecord } from './record-answers.ts';
