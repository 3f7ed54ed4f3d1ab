import { useRouteContext, useRouter } from '@tanstack/react-router';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { trpc } from '../api/trpc.ts';
import { LazyPopup } from '../ui/lazy.tsx';
import { RequestSheetProvider, type SheetContent } from '../shared/request-access/use-request-sheet.ts';
import { lazyWithMessages } from '../i18n/i18n.ts';
import { useTranslation } from '../i18n/use-translation.tsx';
import { requestAccessMessages } from '../shared/messages.ts';
import { useGate } from '../api/permissions.ts';
import { permissionsOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import * as v from 'valibot';
import { typedText } from '../auth/stored-data.ts';
import { reportRoles, roles, sharedResources } from '../policy.ts';

interface OpenSheet {
  readonly content: SheetContent;
  readonly open: boolean;
  readonly times: number;
}

export function RequestSheetHost({ children }: { readonly children: ReactNode }): ReactNode {
  const { i18n } = useTranslation();
  const Sheet = useMemo(
    () =>
      lazyWithMessages(
        i18n,
        () => import('../shared/request-access/request-sheet.tsx'),
        requestAccessMessages,
      ),
    [i18n],
  );
  const router = useRouter();
  const { person, organization } = useRouteContext({ from: '/console' });
  const stored = useMemo(() => storedSheet(person.key, organization), [person.key, organization]);
  // Asked with the page's first gates, so that a denied button does not shift the layout twice.
  useGate(trpc.requests.create, undefined);
  const [sheet, setSheet] = useState<OpenSheet | null>(() => {
    const content = stored.read(router.state.location.pathname);
    return content && { content, open: true, times: 0 };
  });
  const store = useCallback(
    (content: SheetContent): void => stored.write(router.state.location.pathname, content),
    [stored, router],
  );
  const openSheet = useCallback(
    (content: SheetContent): void => {
      store(content);
      setSheet((was) => ({ content, open: true, times: (was?.times ?? 0) + 1 }));
    },
    [store],
  );
  const close = (): void => {
    stored.forget();
    setSheet((was) => was && { ...was, open: false });
  };
  const change = (content: SheetContent): void => {
    store(content);
    setSheet((was) => was && { ...was, content });
  };
  return (
    <RequestSheetProvider value={openSheet}>
      {children}
      <LazyPopup popup={sheet && { ...sheet, onClose: close }}>
        {({ times, ...shown }) => <Sheet key={times} {...shown} onChange={change} />}
      </LazyPopup>
    </RequestSheetProvider>
  );
}

const Target = v.union([
  v.object({ kind: v.literal('role'), role: v.picklist(roles) }),
  v.object({
    kind: v.literal('instance'),
    resource: v.picklist(sharedResources),
    id: v.string(),
    role: v.picklist(reportRoles),
  }),
]);
const Stored = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    path: v.string(),
    content: v.union([
      v.object({
        kind: v.literal('new'),
        targets: v.tupleWithRest([Target], Target),
        permission: v.optional(v.picklist(permissionsOf(policy))),
        on: v.optional(v.string()),
        title: v.optional(v.string()),
        reason: v.exactOptional(v.string()),
      }),
      v.object({ kind: v.literal('sent'), id: v.string() }),
    ]),
  }),
);

/** A sheet that was open when the page was reloaded or left for a sign-in. It reopens over the same page. */
function storedSheet(person: string, organization: string | null) {
  const stored = typedText(person, 'request-sheet', organization);
  return {
    read(path: string): SheetContent | null {
      const found = v.safeParse(Stored, stored.read());
      return found.success && found.output.path === path ? found.output.content : null;
    },
    write: (path: string, content: SheetContent) => stored.write(JSON.stringify({ path, content })),
    forget: () => stored.write(''),
  };
}
