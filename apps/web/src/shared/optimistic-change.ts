import { useFailureNotice } from './failure.tsx';
import { notify, type Notice } from '../ui/notice.tsx';

interface OptimisticChange<Answer> {
  /** Cancels earlier queries, which must not overwrite the optimistic state. */
  readonly cancel: () => Promise<unknown>;
  /** Shows the change before the server has confirmed it. Returns a function that rolls it back. */
  readonly show: () => () => void;
  readonly send: () => Promise<Answer>;
  readonly done: string | ((answer: Answer) => string);
  readonly undo?: NonNullable<Notice['action']> | undefined;
  readonly failed: string;
  /** Refusals with their own messages, by error code. */
  readonly refusals?: Readonly<Record<string, string>>;
  readonly refetch: () => Promise<unknown>;
}

/** Makes a change that the page shows immediately: rolled back when the server refuses, and undone from the notice. */
export function useOptimisticChange(): <Answer>(change: OptimisticChange<Answer>) => Promise<void> {
  const notifyFailure = useFailureNotice();
  return async ({ cancel, show, send, done, undo, failed, refusals, refetch }) => {
    await cancel();
    // Removes the previous notice, whose undo action belongs to an earlier change.
    notify(null);
    const rollBack = show();
    try {
      const answer = await send();
      const text = typeof done === 'string' ? done : done(answer);
      notify({ tone: 'done', text, ...(undo !== undefined && { action: undo }) });
    } catch (error) {
      rollBack();
      notifyFailure(failed, error, refusals);
    }
    await refetch();
  };
}
