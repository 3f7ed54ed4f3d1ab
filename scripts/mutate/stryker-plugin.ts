import { z } from 'zod';

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

class NotWorthATest {
  /** Called by Stryker with Babel's `NodePath`. Returns the reason to ignore the node, if there is one. */
  shouldIgnore(path: unknown): string | undefined {
    const isMessage = Message.safeParse(path).success;
    return isMessage ? 'the message of an error: tests assert codes, not wording' : undefined;
  }
}

/** Read by Stryker: a plugin of the kind `Ignore`. */
export const strykerPlugins = [{ kind: 'Ignore', name: 'not-worth-a-test', injectableClass: NotWorthATest }];
