import {
  array,
  custom,
  discriminatedUnion,
  literal,
  object,
  optional,
  string,
  type infer as Infer,
} from 'zod/mini';
import type { AppPermission, AppRole } from '@latchkey/policy';
import { typedText } from '../auth/typed-text.ts';
import type { SheetContent } from '../components/request-sheet.ts';
import { isPermission, isReportRole, isRole, type ReportRole } from '../policy.ts';

const Target = discriminatedUnion('kind', [
  object({
    kind: literal('role'),
    role: custom<AppRole>((role) => typeof role === 'string' && isRole(role)),
  }),
  object({
    kind: literal('instance'),
    resource: literal('reports'),
    id: string(),
    role: custom<ReportRole>((role) => typeof role === 'string' && isReportRole(role)),
  }),
]);
const Kept = object({
  path: string(),
  content: discriminatedUnion('kind', [
    object({
      kind: literal('new'),
      targets: array(Target),
      permission: optional(custom<AppPermission>((one) => typeof one === 'string' && isPermission(one))),
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
