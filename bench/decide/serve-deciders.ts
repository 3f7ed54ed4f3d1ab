import { z } from 'zod';
import { answerParent } from '../../apps/server/bench/serve-parent.ts';
import type { Sample } from '../variant.ts';
import type { Question, Questions } from './model.ts';

export type Decide = (question: Question) => boolean | Promise<boolean>;

export interface Decider {
  readonly decide: Decide;
  readonly questions: Questions;
  /** Whether another process makes the decisions. The CPU time of this process is then not reported. */
  readonly isElsewhere?: boolean;
}

const Order = z.object({ kind: z.string(), milliseconds: z.number() });
type Order = z.output<typeof Order>;

/**
 * Runs deciders in a child process. Sends `{ ready: true }` after asserting that each decides correctly. For each
 * message `{ kind, milliseconds }`, makes decisions for that long and replies with the microseconds per decision.
 * @param create - Creates the deciders, by kind, for the given number of users.
 */
export async function serveDeciders(
  create: (users: number) => Promise<Record<string, Decider>> | Record<string, Decider>,
): Promise<void> {
  const deciders = await create(Number(process.argv[2]));
  for (const [kind, decider] of Object.entries(deciders)) await assertCorrect(kind, decider); // oxlint-disable-line no-await-in-loop
  answerParent((message) => measure(deciders, Order.parse(message)));
  process.send?.({ ready: true });
}

async function assertCorrect(kind: string, { decide, questions }: Decider): Promise<void> {
  for (const [expected, some] of [
    [true, questions.allowed],
    [false, questions.denied],
  ] as const) {
    for (const question of some.slice(0, 200)) {
      const is = await decide(question); // oxlint-disable-line no-await-in-loop
      if (is !== expected) throw new Error(`${kind} decides ${is}: ${JSON.stringify(question)}`);
    }
  }
}

async function measure(deciders: Record<string, Decider>, { kind, milliseconds }: Order): Promise<Sample> {
  const decider = deciders[kind];
  const [first] = decider?.questions.allowed ?? [];
  if (decider === undefined || first === undefined) throw new Error(`There is no ${kind}.`);
  const isAsync = decider.decide(first) instanceof Promise;
  const before = process.cpuUsage();
  const { decisions, elapsed } = await (isAsync ? runAsync : runSync)(decider, milliseconds);
  const { user, system } = process.cpuUsage(before);
  const cpu = decider.isElsewhere === true ? undefined : (user + system) / decisions;
  return { value: (elapsed * 1_000) / decisions, cpu };
}

interface Run {
  readonly decisions: number;
  readonly elapsed: number;
}

/** Reads the clock only about every tenth of a millisecond, not after each decision. */
function runSync({ decide, questions: { allowed } }: Decider, milliseconds: number): Run {
  let [step, next, decisions, yes] = [1, 0, 0, 0];
  const began = performance.now();
  let now = began;
  while (now < began + milliseconds) {
    for (let index = 0; index < step; index++) {
      const question = allowed[next++ % allowed.length];
      if (question !== undefined && decide(question) === true) yes += 1;
    }
    decisions += step;
    const before = now;
    now = performance.now();
    if (now - before < 0.1) step *= 2;
  }
  if (yes !== decisions) throw new Error(`${decisions - yes} of ${decisions} were denied.`);
  return { decisions, elapsed: now - began };
}

async function runAsync({ decide, questions: { allowed } }: Decider, milliseconds: number): Promise<Run> {
  let decisions = 0;
  const began = performance.now();
  while (performance.now() < began + milliseconds) {
    const question = allowed[decisions++ % allowed.length];
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    if (question === undefined || !(await decide(question))) throw new Error('A check was denied.');
  }
  return { decisions, elapsed: performance.now() - began };
}
