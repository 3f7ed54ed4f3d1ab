import type { TestServer } from './test-server.ts';

/** Reads a response to its end, or until its text matches. */
export async function readText(
  response: Response,
  until: RegExp,
  onText?: (text: string) => void,
): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    onText?.(text);
    if (until.test(text)) break;
  }
  return text;
}

interface StreamOptions {
  readonly subject: string;
  readonly tenant?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The pattern of the text after which the stream counts as open. Default: any text. */
  readonly open?: RegExp;
  /** The pattern of the text at which reading stops. Default: an error event. */
  readonly until?: RegExp;
}

interface Stream {
  /** The text received so far. */
  readonly text: () => string;
  /** Resolves to the whole text when the stream has ended. */
  readonly ended: Promise<string>;
  readonly end: () => void;
}

/** Opens a stream such as `session.changes` on a server. Resolves when it is open. */
export async function openStream(
  { issuer, url }: Pick<TestServer, 'issuer' | 'url'>,
  procedure: string,
  { subject, tenant, headers, open = /./, until = /serialized-error/ }: StreamOptions,
): Promise<Stream> {
  const hangUp = new AbortController();
  const token = await issuer.sign({ sub: subject, ...(tenant !== undefined && { organization_id: tenant }) });
  const response = await fetch(`${url}/api/trpc/${procedure}`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...headers },
    signal: hangUp.signal,
  });
  if (!response.ok) throw new TypeError(`${procedure} is ${response.status}.`);
  let text = '';
  const opened = Promise.withResolvers<void>();
  const ended = readText(response, until, (sent) => {
    text = sent;
    if (open.test(text)) opened.resolve();
  });
  await Promise.race([opened.promise, ended]);
  return { text: () => text, ended, end: () => hangUp.abort() };
}

/** A user who listens to the changes of a feature. */
export interface Listener {
  /** The number of events after the first one, which is immediate. */
  readonly times: () => number;
  /** Whether the stream is still open. */
  readonly isOpen: () => boolean;
  readonly end: () => void;
}

/** Opens a stream such as `members.changes` on a server. Resolves when its first event has arrived. */
export async function listen(
  server: Pick<TestServer, 'issuer' | 'url'>,
  procedure: string,
  user: { readonly subject: string; readonly tenant?: string },
): Promise<Listener> {
  const changed = '"changed":true';
  const { text, ended, end } = await openStream(server, procedure, { ...user, open: new RegExp(changed) });
  let isOpen = true;
  const closed = (): void => {
    isOpen = false;
  };
  ended.then(closed, closed);
  return { times: () => text().split(changed).length - 2, isOpen: () => isOpen, end };
}
