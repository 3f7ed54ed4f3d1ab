export { createAuthZenHandler, type AuthZenHandlerOptions } from './create-authzen-handler.ts';
export type { AuthZenOptions } from '../authzen/answer-authzen.ts';
export type { AuthZenCaller, AuthZenEvaluated } from '../authzen/evaluate.ts';
export {
  createGateQuestionHandler,
  type GateQuestionHandlerOptions,
} from './create-gate-question-handler.ts';
export {
  type AnswerRecord,
  createServerGates,
  recordAnswers,
  type ServerAnswers,
  type ServerGate,
  type ServerGates,
} from './create-server-gates.ts';
export { toErrorResponse, toProblemResponse } from './problem-response.ts';
