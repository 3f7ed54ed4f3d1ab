import type { GateQuestion } from '../core/gate-question.ts';

/** Equal questions have equal keys: the order of an input's properties does not matter. */
export function keyOf(question: GateQuestion): string {
  const [name, details] =
    'path' in question
      ? [question.path, question.input]
      : [question.permission, { instance: question.instance }];
  return `${name} ${JSON.stringify(details, sortProperties)}`;
}

function sortProperties(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
