import { maxGateQuestions, unreadablePath, type GateQuestion } from './gate-question.ts';
import type { PermissionOf } from './policy-types.ts';
import type { Policy } from './policy.ts';

/** The maximum length of a path, permission or key in characters. */
const maxLength = 500;

/**
 * Parses a browser's questions. Use it as the input of the procedure that calls `answerGates`:
 * `.input(gateQuestions(policy))`. The policy types the questions. A question with an unknown permission or an invalid
 * shape is accepted, and `answerGates` answers it with a problem, so that a page that is older or newer than the server
 * still gets its other answers.
 */
export function gateQuestions<P extends Policy>(
  _policy: P,
): (value: unknown) => GateQuestion<PermissionOf<P>>[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `answerGates` compares the permissions with the policy
  return (value) => readGateQuestions(value) as GateQuestion<PermissionOf<P>>[];
}

/** @throws {TypeError} when the value is not an array of at most 200 questions. */
function readGateQuestions(value: unknown): GateQuestion[] {
  if (!Array.isArray(value)) throw new TypeError('Expected a list of questions.');
  if (value.length > maxGateQuestions) throw new TypeError(`Expected at most ${maxGateQuestions} questions.`);
  return value.map(readQuestion);
}

function readQuestion(value: unknown): GateQuestion {
  if (typeof value === 'object' && value !== null) {
    if ('path' in value && isName(value.path)) {
      return { path: value.path, input: 'input' in value ? value.input : undefined };
    }
    if ('permission' in value && isName(value.permission)) {
      const instance = 'instance' in value ? value.instance : undefined;
      if (instance === undefined || isName(instance)) return { permission: value.permission, instance };
    }
  }
  return { path: unreadablePath };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxLength;
}
