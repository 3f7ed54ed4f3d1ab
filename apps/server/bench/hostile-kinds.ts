/** What one kind of hostile client does on each of its connections. */
export interface HostileKind {
  /** Sent at once. */
  readonly sends: (connection: number) => readonly (string | Buffer)[];
  /** Sent ten times a second after that, for as long as the server listens. */
  readonly trickle?: string | Buffer;
  /** Never reads what the server answers. */
  readonly isDeaf?: boolean;
}

/** What the kinds are made of. Tokens are an editor's where the call has to get past its gate. */
export interface HostileMeans {
  readonly viewer: string;
  readonly editor: string;
  /** An id of a published report with many members. */
  readonly report: string;
  /** A correct signature of nobody's key. */
  readonly forgedToken: (connection: number) => string;
}

const mebibyte = Buffer.alloc(1_048_576, 'x');
const chunk = Buffer.concat([Buffer.from('100000\r\n'), mebibyte, Buffer.from('\r\n')]);
const tinyChunks = Buffer.from('1\r\nx\r\n'.repeat(50_000));
const webhook = '/api/webhooks/logto';
const misleading = `logto-signature-sha-256: ${'0'.repeat(64)}`;
const bearer = (token: string): string => `authorization: Bearer ${token}`;

const post = (path: string, headers: readonly string[]): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${headers.join('\r\n')}\r\n\r\n`;
const get = (path: string, headers: readonly string[] = []): string =>
  `GET ${path} HTTP/1.1\r\n${['host: x', ...headers].join('\r\n')}\r\n\r\n`;
const call = (path: string, input: unknown): string =>
  `/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`;
const batch = (path: string, input: unknown, count: number): string =>
  `/api/trpc/${Array.from({ length: count }, () => path).join(',')}?batch=1&input=${encodeURIComponent(
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [index, input]))),
  )}`;
const whole = (path: string, headers: readonly string[], body: string | Buffer): (string | Buffer)[] => [
  post(path, [...headers, `content-length: ${Buffer.byteLength(body)}`]),
  body,
];

/** The nested and the wide JSON that cost the most memory for their length. */
const deep = (length: number): string => '['.repeat(length / 2) + ']'.repeat(length / 2);
const wide = (length: number): string => `[${'{},'.repeat(length / 3 - 1)}{}]`;

const same =
  (...parts: readonly (string | Buffer)[]): HostileKind['sends'] =>
  () =>
    parts;

export function hostileKinds({
  viewer,
  editor,
  report,
  forgedToken,
}: HostileMeans): Record<string, HostileKind> {
  const unfinished = mebibyte.subarray(1);
  const create = '/api/trpc/reports.create';
  const publish = '/api/trpc/reports.publish';
  return {
    'connections that say nothing': { sends: same() },
    'nonsense bytes': { sends: same(Buffer.alloc(4_096, 0)) },
    'TLS on the plain port': {
      sends: same(Buffer.from('16030100f7010000f30303', 'hex'), Buffer.alloc(236, 7)),
    },
    'headers without an end': {
      sends: same(`GET /${'x'.repeat(8_000)} HTTP/1.1\r\nhost: x\r\n`),
      trickle: 'a: b\r\n',
    },
    'headers of 64 KiB': { sends: same(get('/', [`x-large: ${'x'.repeat(65_536)}`])) },
    'the longest path': { sends: same(get(`/api/trpc/${'x'.repeat(16_000)}`)) },
    'pages and files, pipelined': { sends: same(get('/').repeat(20), get('/assets/large.js').repeat(20)) },
    'the shortest requests, pipelined': { sends: same(get('/').repeat(2_000)) },
    'files, never read': { sends: same(get('/assets/large.js').repeat(20)), isDeaf: true },

    'deliveries without a signature, unfinished': {
      sends: same(post(webhook, ['content-length: 1048576']), unfinished),
    },
    'deliveries with a made-up signature, unfinished': {
      sends: same(post(webhook, [misleading, 'content-length: 1048576']), unfinished),
    },
    'deliveries with a made-up signature': { sends: same(...whole(webhook, [misleading], mebibyte)) },
    'deliveries in chunks without an end': {
      sends: same(post(webhook, [misleading, 'transfer-encoding: chunked']), chunk, chunk),
      trickle: chunk.subarray(0, 8_192),
    },
    'deliveries in chunks of one byte': {
      sends: same(post(webhook, [misleading, 'transfer-encoding: chunked']), tinyChunks),
    },
    'compressed deliveries': {
      sends: same(...whole(webhook, [misleading, 'content-encoding: gzip'], mebibyte)),
    },

    'calls of a stranger': { sends: same(post(create, ['content-length: 1048576']), unfinished) },
    'calls with forged tokens of 8 KiB': {
      sends: (connection) => [get('/api/trpc/session.me', [bearer(forgedToken(connection))]).repeat(3)],
    },
    'subscriptions of strangers': {
      sends: same(get('/api/trpc/session.changes', ['accept: text/event-stream'])),
    },

    'calls of a viewer that announce 400 MB': {
      sends: same(post(create, [bearer(viewer), 'content-length: 400000000'])),
      trickle: mebibyte.subarray(0, 65_536),
    },
    'calls of a viewer, unfinished': {
      sends: same(post(create, [bearer(viewer), 'content-length: 1048576']), unfinished),
    },
    'calls of a viewer in chunks without an end': {
      sends: same(post(create, [bearer(viewer), 'transfer-encoding: chunked']), chunk, chunk),
    },
    'calls of a viewer in chunks of one byte': {
      sends: same(post(create, [bearer(viewer), 'transfer-encoding: chunked']), tinyChunks),
    },
    'calls of an editor, unfinished': {
      sends: same(post(create, [bearer(editor), 'content-length: 60000']), mebibyte.subarray(0, 59_999)),
    },
    'calls of an editor, unfinished and larger': {
      sends: same(post(create, [bearer(editor), 'content-length: 1000000']), mebibyte.subarray(0, 999_999)),
    },
    'deep JSON of 60 KB': { sends: same(...whole(publish, [bearer(viewer)], deep(60_000))) },
    'wide JSON of 60 KB': { sends: same(...whole(publish, [bearer(viewer)], wide(60_000))) },
    'deep JSON of 1 MiB': { sends: same(...whole(publish, [bearer(viewer)], deep(1_000_000))) },
    'wide JSON of 1 MiB': { sends: same(...whole(publish, [bearer(viewer)], wide(999_999))) },
    'a form of a thousand parts': {
      sends: same(
        ...whole(
          publish,
          [bearer(viewer), 'content-type: multipart/form-data; boundary=b'],
          `${'--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n\r\n'.repeat(1_000)}--b--\r\n`,
        ),
      ),
    },
    'batches of fifty calls': { sends: same(get(batch('session.me', {}, 50), [bearer(viewer)])) },
    'batches of fifty with long inputs': {
      sends: same(
        ...whole(
          `/api/trpc/${Array.from({ length: 50 }, () => 'reports.publish').join(',')}?batch=1`,
          [bearer(viewer)],
          JSON.stringify(
            Object.fromEntries(Array.from({ length: 50 }, (_, index) => [index, { id: 'x'.repeat(1_000) }])),
          ),
        ),
      ),
    },
    'a hundred gates each': {
      sends: same(
        ...whole(
          '/api/trpc/session.gates',
          [bearer(viewer)],
          JSON.stringify(Array.from({ length: 100 }, () => ({ path: 'reports.get', input: { id: report } }))),
        ),
      ),
    },
    'lists, twenty each, never read': {
      sends: same(get(call('reports.list', { limit: 100 }), [bearer(viewer)]).repeat(20)),
      isDeaf: true,
    },
    'large reports': { sends: same(get(call('reports.get', { id: report }), [bearer(viewer)])) },
    'large reports, never read': {
      sends: same(get(call('reports.get', { id: report }), [bearer(viewer)]).repeat(3)),
      isDeaf: true,
    },
    'batches of large reports': {
      sends: same(get(batch('reports.get', { id: report }, 50), [bearer(viewer)])),
    },
    'calls, pipelined': { sends: same(get('/api/trpc/session.me', [bearer(viewer)]).repeat(20)) },
    'subscriptions of a viewer': {
      sends: same(get('/api/trpc/session.changes', [bearer(viewer), 'accept: text/event-stream'])),
    },
  };
}
