import { useTranslation } from 'react-i18next';
import { isKnownEvent } from './logto-events.ts';

/** What an event of Logto's tells, in words; its own name when sync does not act on it. */
export function useEventName(): (event: string) => string {
  const { t } = useTranslation();
  return (event) => (isKnownEvent(event) ? t(`sync.event.${event}`) : event);
}
