import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** When the page is printed; `null` while it is not. What is shown by it is on the paper. */
export function usePrinting(): Date | null {
  const [since, setSince] = useState<Date | null>(null);
  useEffect(() => {
    // The browser takes the page when the listener returns.
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
