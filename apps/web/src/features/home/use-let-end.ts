import { useSyncExternalStore } from 'react';
import { createListeners } from '../../listeners.ts';
import { onPreferenceChange, readPreference, writePreference } from '../../preference.ts';

interface Ending {
  readonly id: string;
  readonly endsAt: string;
}

const { notify, subscribe } = createListeners();
onPreferenceChange('let-end', notify);

/** The maximum number of stored ends: the oldest ones are past. */
const maxStored = 500;

/** An extended role has another end, for which the user must choose again. */
const keyOf = ({ id, endsAt }: Ending): string => `${id}@${endsAt}`;

/** The ends that the user has chosen to let happen. Stored in this browser, because the choice changes no access. */
export function useLetEnd() {
  const stored = useSyncExternalStore(subscribe, () => readPreference('let-end') ?? '');
  const keys = stored.split(' ').filter((key) => key !== '');
  return {
    isLetEnd: (ending: Ending): boolean => keys.includes(keyOf(ending)),
    letEnd: (ending: Ending, isChosen: boolean): void => {
      const others = keys.filter((key) => key !== keyOf(ending));
      const next = isChosen ? [...others, keyOf(ending)].slice(-maxStored) : others;
      writePreference('let-end', next.join(' '));
      notify();
    },
  };
}
