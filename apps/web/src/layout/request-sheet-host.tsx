import { useRouteContext, useRouter } from '@tanstack/react-router';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { trpc } from '../api/trpc.ts';
import { LazyPopup } from '../ui/lazy.tsx';
import { RequestSheetProvider, type RequestSheet, type SheetContent } from '../shared/request-sheet.ts';
import { useGate } from '../api/permissions.ts';
import { storedSheet } from './stored-sheet.ts';

interface OpenSheet {
  readonly content: SheetContent;
  readonly open: boolean;
  readonly times: number;
}

/** Wraps the pages: opens the sheet for access requests over a denied page. */
export function RequestSheetHost(props: {
  readonly Sheet: RequestSheet;
  readonly children: ReactNode;
}): ReactNode {
  const { Sheet, children } = props;
  const router = useRouter();
  const { person } = useRouteContext({ from: '/console' });
  const stored = useMemo(() => storedSheet(person.key), [person.key]);
  // Asked with the first gates of the page, to avoid two layout shifts of a denied button.
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
      {sheet !== null && (
        <LazyPopup open={sheet.open} onClose={close}>
          <Sheet
            key={sheet.times}
            content={sheet.content}
            open={sheet.open}
            onClose={close}
            onChange={change}
          />
        </LazyPopup>
      )}
    </RequestSheetProvider>
  );
}
