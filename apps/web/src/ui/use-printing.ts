import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** The time of printing; `null` when not printing. It is set in time to render content that appears only in print. */
export function usePrinting(): Date | null {
  const [since, setSince] = useState<Date | null>(null);
  useEffect(() => {
    // The browser captures the page when the listener returns.
    const begin = (): void => flushSync(() => setSince(new Date()));
    const end = (): void => setSince(null);
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  }, []);
  return since;
}
