import {
  array,
  enum as oneOf,
  literal,
  object,
  optional,
  string,
  union,
  type infer as Infer,
} from 'zod/mini';
import { permissionsOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { typedText } from '../auth/typed-text.ts';
import type { SheetContent } from '../components/request-sheet.ts';
import { reportRoles, roles } from '../policy.ts';

const Target = union([
  object({ kind: literal('role'), role: oneOf([...roles]) }),
  object({
    kind: literal('instance'),
    resource: literal('reports'),
    id: string(),
    role: oneOf([...reportRoles]),
  }),
]);
const Kept = object({
  path: string(),
  content: union([
    object({
      kind: literal('new'),
      targets: array(Target),
      permission: optional(oneOf([...permissionsOf(policy)])),
      reason: optional(string()),
    }),
    object({ kind: literal('sent'), id: string() }),
  ]),
});

/** The sheet that was open when the page was left for a sign-in, or loaded again: it opens again by itself, over the same page. */
export interface KeptSheet {
  readonly read: (path: string) => SheetContent | null;
  readonly write: (path: string, content: SheetContent) => void;
  readonly forget: () => void;
}

export function keptSheet(person: string): KeptSheet {
  const kept = typedText(person, 'request-sheet');
  return {
    read(path) {
      const found = Kept.safeParse(parsed(kept.read())).data;
      return found?.path === path ? contentOf(found.content) : null;
    },
    write: (path, content) => kept.write(JSON.stringify({ path, content })),
    forget: () => kept.write(''),
  };
}

function contentOf(content: Infer<typeof Kept>['content']): SheetContent | null {
  if (content.kind === 'sent') return content;
  const [first, ...others] = content.targets;
  if (first === undefined) return null;
  const { permission, reason } = content;
  return { kind: 'new', targets: [first, ...others], permission, ...(reason !== undefined && { reason }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
