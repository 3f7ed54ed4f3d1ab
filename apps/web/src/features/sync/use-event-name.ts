import { useTranslation } from '../../i18n/use-translation.tsx';
import { isKnownEvent } from './webhook-event-names.ts';

/** The description of an event of Logto; its own name when sync does not act on it. */
export function useEventName(): (event: string) => string {
  const { t } = useTranslation();
  return (event) => (isKnownEvent(event) ? t(`sync.event.${event}`) : event);
}
