import { useTranslation } from '../../i18n/use-translation.tsx';
import { isKnownEvent } from './webhook-event-names.ts';

/** The description of a Logto event; Logto's name for events that sync ignores. */
export function useEventName(): (event: string) => string {
  const { t } = useTranslation();
  return (event) => (isKnownEvent(event) ? t(`sync.event.${event}`) : event);
}
