import type { Identity } from '../../authentication/identity.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import type { Reader } from './mark-store.ts';
import type { MarkChange } from './notifications-topic.ts';

/** The sources of notifications. */
export interface NotificationSources {
  readonly auditChanges: Pick<Topic<{ readonly about: readonly Reader[] }>, 'subscribe'>;
  readonly requestListeners: { readonly listen: (reader: Reader, onChange: () => void) => () => void };
  readonly markChanges: Pick<Topic<MarkChange>, 'subscribe'>;
}

/** Calls back when a user's notifications may have changed. The returned function returns one that unsubscribes. */
export function createSubscribeToNotifications(sources: NotificationSources) {
  return (identity: Identity, onChange: () => void): (() => void) => {
    const isAbout = ({ tenant, subject }: Reader): boolean =>
      tenant === identity.tenant && subject === identity.subject;
    const ends = [
      sources.auditChanges.subscribe({
        onGap: onChange,
        onMessage: ({ about }) => about.some(isAbout) && onChange(),
      }),
      sources.requestListeners.listen(identity, onChange),
      sources.markChanges.subscribe({
        onGap: onChange,
        onMessage: (change) => isAbout(change) && onChange(),
      }),
    ];
    return () => ends.forEach((end) => end());
  };
}
