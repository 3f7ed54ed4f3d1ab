export { createGateHandler, type GateHandlerOptions } from './create-gate-handler.ts';
export {
  createServerGates,
  type ServerAnswers,
  type ServerGate,
  type ServerGates,
} from './create-server-gates.ts';
export { responseOf } from './problem-response.ts';
export { recordAnswers, type AnswerRecord } from './record-answers.ts';
