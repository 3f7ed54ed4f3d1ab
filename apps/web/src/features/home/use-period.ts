import { useNow } from '../../ui/time.tsx';

export interface Period {
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
}

const hour = 3_600_000;
/** The number of days that the charts of the audit log show, including today. */
const length = 30;

/** The last 30 days in the browser's time zone, until the end of the current hour. */
export function usePeriod(): Period {
  const now = useNow(hour);
  const today = new Date(now);
  const from = new Date(today.getFullYear(), today.getMonth(), today.getDate() - length + 1);
  return { from: from.toISOString(), to: new Date(now + hour).toISOString() };
}
