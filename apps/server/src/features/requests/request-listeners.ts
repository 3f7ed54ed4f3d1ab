import type { Identity } from '../../authentication/identity.ts';
import type { Subscriber } from '../../platform/bus/topic.ts';
import { otherDecidingPermissions, sharingOf, type ApprovalRules } from './decide-rights.ts';
import type { RequestChange } from './target.ts';
import type { PdpDecider } from '../../directory/decisions.ts';

/** The listeners to changes of requests. Each is notified of the changes that the user may see. */
export interface RequestListeners extends Subscriber<RequestChange> {
  /** Returns a function that stops listening. */
  readonly listen: (who: Listening, onChange: () => void) => () => void;
}

type Listening = Pick<Identity, 'tenant' | 'subject'>;

export interface RequestListenersDeps {
  readonly decider: Pick<PdpDecider, 'authorizedUsers'>;
  readonly rules: ApprovalRules;
}

/** Asks the PDP once per change which users may see it, instead of once per open page. */
export function createRequestListeners({ decider, rules }: RequestListenersDeps): RequestListeners {
  const listeners = new Set<Listening & { readonly onChange: () => void }>();

  const knowing = async ({ tenant, resource, instance }: RequestChange): Promise<ReadonlySet<string>> => {
    const keys = await Promise.all([
      decider.authorizedUsers({ tenant, permission: 'requests:view' }),
      ...['requests:decide' as const, ...otherDecidingPermissions(rules)].map((permission) =>
        decider.authorizedUsers({ tenant, permission }),
      ),
      instance === null ? [] : decider.authorizedUsers({ tenant, permission: sharingOf(resource), instance }),
    ]);
    return new Set(keys.flat());
  };

  return {
    listen({ tenant, subject }, onChange) {
      const listener = { tenant, subject, onChange };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onGap: () => listeners.forEach(({ onChange }) => onChange()),
    onMessage(change) {
      const here = [...listeners].filter(({ tenant }) => tenant === change.tenant);
      const isOwn = ({ subject }: Listening): boolean => subject === change.subject;
      for (const listener of here.filter(isOwn)) listener.onChange();
      const others = here.filter((listener) => !isOwn(listener));
      if (others.length === 0) return;
      const notify = (mayKnow: (subject: string) => boolean): void => {
        for (const listener of others)
          if (listeners.has(listener) && mayKnow(listener.subject)) listener.onChange();
      };
      knowing(change).then(
        (keys) => notify((subject) => keys.has(subject)),
        // During an outage, all clients are notified. They fetch the requests again, and get only those that they may
        // see.
        () => notify(() => true),
      );
    },
  };
}
