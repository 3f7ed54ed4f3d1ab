import type { TestServer } from './test-server.ts';

/** A user who listens to the changes of a feature. */
export interface Listener {
  /** The number of events after the first one, which is immediate. */
  readonly times: () => number;
  /** Whether the stream is still open. */
  readonly isOpen: () => boolean;
  readonly end: () => void;
}

const changed = '"changed":true';

/** Opens a stream such as `members.changes` on a server. Resolves when it is open. */
export async function listen(
  { issuer, url }: Pick<TestServer, 'issuer' | 'url'>,
  procedure: string,
  { subject, tenant }: { readonly subject: string; readonly tenant?: string },
): Promise<Listener> {
  const hangUp = new AbortController();
  const token = await issuer.sign({
    sub: subject,
    ...(tenant === undefined ? {} : { organization_id: tenant }),
  });
  const response = await fetch(`${url}/api/trpc/${procedure}`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    signal: hangUp.signal,
  });
  if (!response.ok) throw new TypeError(`${procedure} is ${response.status}.`);
  let text = '';
  let isOpen = true;
  const connected = Promise.withResolvers<void>();
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes(changed)) connected.resolve();
    }
  };
  const closed = (): void => {
    isOpen = false;
  };
  read().then(closed, closed);
  await connected.promise;
  return { times: () => text.split(changed).length - 2, isOpen: () => isOpen, end: () => hangUp.abort() };
}
