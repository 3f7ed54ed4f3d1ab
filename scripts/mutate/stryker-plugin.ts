import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Which share of the statements is mutated. */
export interface Sample {
  /** 0 to 100. */
  readonly percent: number;
  /** The same seed chooses the same statements. */
  readonly seed: string;
}

const literals = ['StringLiteral', 'TemplateLiteral'];
const Literal = z.object({ type: z.enum(literals) });

/** A text that becomes the message of an error. */
const Message = z.object({
  listKey: z.literal('arguments'),
  parent: z.object({
    type: z.literal('NewExpression'),
    callee: z.object({ name: z.string().regex(/(?:Error|Outage)$/) }),
  }),
  node: Literal,
});

/** A statement that holds no other statement, so that leaving it out leaves out nothing else. */
const SingleStatement = z.object({
  node: z.object({
    type: z.enum(['ExpressionStatement', 'ReturnStatement', 'ThrowStatement', 'VariableDeclaration']),
    start: z.number(),
  }),
  hub: z.looseObject({ file: z.looseObject({ opts: z.looseObject({ filename: z.string() }) }) }).optional(),
});

function isInSample(place: string, { percent, seed }: Sample): boolean {
  const number = createHash('sha256').update(`${seed} ${place}`).digest().readUInt32BE();
  return number % 100 < percent;
}

class NotWorthATest {
  static readonly inject = ['options'] as const;
  readonly #sample: Sample;
  constructor({ sample }: { readonly sample: Sample }) {
    this.#sample = sample;
  }
  /** Called by Stryker with Babel's `NodePath`. Returns why the node is not mutated. */
  shouldIgnore(path: unknown): string | undefined {
    if (Message.safeParse(path).success) return 'the message of an error: tests assert codes, not wording';
    if (this.#sample.percent >= 100) return undefined;
    const statement = SingleStatement.safeParse(path).data;
    if (statement === undefined) return undefined;
    const place = `${statement.hub?.file.opts.filename} ${statement.node.start}`;
    return isInSample(place, this.#sample) ? undefined : 'not in the sample';
  }
}

/** Read by Stryker: the plugin of the kind `Ignore`. */
export const strykerPlugins = [{ kind: 'Ignore', name: 'not-worth-a-test', injectableClass: NotWorthATest }];
