import { permissionsOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import * as v from 'valibot';
import { typedText } from '../auth/stored-data.ts';
import type { SheetContent } from '../shared/request-sheet.ts';
import { reportRoles, roles, sharedResources } from '../policy.ts';

const Target = v.union([
  v.object({ kind: v.literal('role'), role: v.picklist(roles) }),
  v.object({
    kind: v.literal('instance'),
    resource: v.picklist(sharedResources),
    id: v.string(),
    role: v.picklist(reportRoles),
  }),
]);
const Stored = v.object({
  path: v.string(),
  content: v.union([
    v.object({
      kind: v.literal('new'),
      targets: v.array(Target),
      permission: v.optional(v.picklist(permissionsOf(policy))),
      on: v.optional(v.string()),
      title: v.optional(v.string()),
      reason: v.optional(v.string()),
    }),
    v.object({ kind: v.literal('sent'), id: v.string() }),
  ]),
});

/**
 * The sheet that was open when the page was left for a sign-in, or reloaded: it reopens automatically over the same
 * page.
 */
export interface StoredSheet {
  readonly read: (path: string) => SheetContent | null;
  readonly write: (path: string, content: SheetContent) => void;
  readonly forget: () => void;
}

export function storedSheet(person: string): StoredSheet {
  const stored = typedText(person, 'request-sheet');
  return {
    read(path) {
      const found = parsed(stored.read());
      return v.is(Stored, found) && found.path === path ? contentOf(found.content) : null;
    },
    write: (path, content) => stored.write(JSON.stringify({ path, content })),
    forget: () => stored.write(''),
  };
}

function contentOf(content: v.InferOutput<typeof Stored>['content']): SheetContent | null {
  if (content.kind === 'sent') return content;
  const [first, ...others] = content.targets;
  if (first === undefined) return null;
  const { permission, on, title, reason } = content;
  return {
    kind: 'new',
    targets: [first, ...others],
    permission,
    on,
    title,
    ...(reason !== undefined && { reason }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
