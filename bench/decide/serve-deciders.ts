import { z } from 'zod';
import type { Sample } from '../variant.ts';
import type { Question, Questions } from './model.ts';

/** A check, as the caller of the decider writes it. */
export type Decide = (question: Question) => boolean | Promise<boolean>;

export interface Decider {
  readonly decide: Decide;
  readonly questions: Questions;
  /** Whether another process decides: the CPU time of this one is then not representative. */
  readonly isElsewhere?: boolean;
}

const Order = z.object({ kind: z.string(), milliseconds: z.number() });
type Order = z.output<typeof Order>;

/**
 * Serves deciders as a process of its own. Sends `{ready}` when each has answered correctly. For a kind and a time, it decides that long
 * and sends the microseconds that a decision takes.
 * @param create - the deciders by their kind, for as many users as are given
 */
export async function serveDeciders(
  create: (users: number) => Promise<Record<string, Decider>> | Record<string, Decider>,
): Promise<void> {
  const deciders = await create(Number(process.argv[2]));
  for (const [kind, decider] of Object.entries(deciders)) await assertCorrect(kind, decider); // oxlint-disable-line no-await-in-loop
  process.on('message', (message) => {
    measure(deciders, Order.parse(message)).then(
      (answer) => process.send?.(answer),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
  process.once('disconnect', () => process.exit());
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

async function measure(
  deciders: Record<string, Decider>,
  { kind, milliseconds }: Order,
): Promise<Sample | { readonly error: string }> {
  const decider = deciders[kind];
  const [first] = decider?.questions.allowed ?? [];
  if (decider === undefined || first === undefined) return { error: `There is no ${kind}.` };
  const isAsync = decider.decide(first) instanceof Promise;
  const before = process.cpuUsage();
  const { decisions, elapsed } = await (isAsync ? runAsync : runSync)(decider, milliseconds);
  const { user, system } = process.cpuUsage(before);
  const cpu = decider.isElsewhere === true ? undefined : (user + system) / decisions;
  return { value: (elapsed * 1_000) / decisions, cpu } satisfies Sample;
}

interface Run {
  readonly decisions: number;
  readonly elapsed: number;
}

/** Reads the clock after every so many decisions, about each tenth of a millisecond. */
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

/** One after the other. */
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
