import { useCallback, useState, Suspense, type ReactNode } from 'react';
import { trpc } from '../api/trpc.ts';
import { RequestSheetProvider, type RequestSheet, type SheetContent } from '../components/request-sheet.ts';
import { useGate } from '../permissions.ts';

/** Around the pages: opens the sheet for access requests over the page that somebody was stopped on. */
export function RequestSheetHost(props: {
  readonly Sheet: RequestSheet;
  readonly children: ReactNode;
}): ReactNode {
  const { Sheet, children } = props;
  // Asked with the first gates of the page, so that a denied button need not grow twice.
  useGate(trpc.requests.create);
  const [sheet, setSheet] = useState<{ content: SheetContent; open: boolean; times: number } | null>(null);
  const openSheet = useCallback(
    (content: SheetContent): void =>
      setSheet((was) => ({ content, open: true, times: (was?.times ?? 0) + 1 })),
    [],
  );
  return (
    <RequestSheetProvider value={openSheet}>
      {children}
      {sheet !== null && (
        <Suspense>
          <Sheet
            key={sheet.times}
            content={sheet.content}
            open={sheet.open}
            onClose={() => setSheet({ ...sheet, open: false })}
            onChange={(content) => setSheet({ ...sheet, content })}
          />
        </Suspense>
      )}
    </RequestSheetProvider>
  );
}
