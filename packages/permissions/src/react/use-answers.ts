import { useMemo, useSyncExternalStore } from 'react';
import type { GateQuestion } from '../core/gate-question.ts';
import { type GateState, keyOf } from './gate-entry.ts';
import type { GateStore } from './gate-store.ts';

/** In the order of the questions. Re-renders the component when one changes. */
export function useAnswers<Permission extends string, Role extends string>(
  store: GateStore<Permission, Role>,
  questions: readonly GateQuestion<Permission>[],
): readonly GateState<Permission, Role>[] {
  const keys = questions.map(keyOf);
  const [subscribe, read, readInitial] = useMemo(
    () => {
      // One array for hydration: React would render again if each read returned a new one.
      const initial = keys.map((key) => store.initialAnswer(key));
      return [
        (listener: () => void) => {
          const unsubscribe = questions.map((question) => store.subscribe(question, listener));
          return () => unsubscribe.forEach((stop) => stop());
        },
        unlessEqual(initial, () => keys.map((key) => store.answer(key))),
        () => initial,
      ];
    },
    // oxlint-disable-next-line react/exhaustive-deps -- the keys identify the questions; `./devtools` finds both here
    [store, keys.join('\n')],
  );
  return useSyncExternalStore(subscribe, read, readInitial);
}

/**
 * Returns the previous array (at first `initial`) while the elements are the same, because React compares by identity.
 * All arrays have the same length.
 */
function unlessEqual<Element>(
  initial: readonly Element[],
  read: () => readonly Element[],
): () => readonly Element[] {
  let last = initial;
  return () => {
    const next = read();
    if (next.some((element, index) => element !== last[index])) last = next;
    return last;
  };
}
