import { createHash } from 'node:crypto';
import { z } from 'zod';

export interface Sample {
  /** 0 to 100. */
  readonly percent: number;
  /** The same seed selects the same lines. */
  readonly seed: string;
}

const literals = ['StringLiteral', 'TemplateLiteral'];
const Literal = z.object({ type: z.enum(literals) });

/** A Babel path of a string that becomes an error message. */
const Message = z.object({
  listKey: z.literal('arguments'),
  parent: z.object({
    type: z.literal('NewExpression'),
    callee: z.object({ name: z.string().regex(/(?:Error|Outage)$/) }),
  }),
  node: Literal,
});

/**
 * A Babel path of single-line code. Multi-line code is always mutated: ignoring it would ignore everything inside it.
 */
const OneLine = z.object({
  node: z.object({
    loc: z
      .object({ start: z.object({ line: z.number() }), end: z.object({ line: z.number() }) })
      .refine(({ start, end }) => start.line === end.line),
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
  /** Called by Stryker with Babel's `NodePath`. Returns the reason to ignore the node, if there is one. */
  shouldIgnore(path: unknown): string | undefined {
    if (Message.safeParse(path).success) return 'the message of an error: tests assert codes, not wording';
    if (this.#sample.percent >= 100) return undefined;
    const code = OneLine.safeParse(path).data;
    if (code === undefined) return undefined;
    const place = `${code.hub?.file.opts.filename} ${code.node.loc.start.line}`;
    return isInSample(place, this.#sample) ? undefined : 'not in the sample';
  }
}

/** Read by Stryker: a plugin of the kind `Ignore`. */
export const strykerPlugins = [{ kind: 'Ignore', name: 'not-worth-a-test', injectableClass: NotWorthATest }];
