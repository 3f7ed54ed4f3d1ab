import { createHmac } from 'node:crypto';
import { webhookEventNames } from '@latchkey/directory-sync';
import * as fc from 'fast-check';
import {
  type HostileMeans,
  type HostileRequest,
  request,
  withLength,
  end,
  anyText,
  one,
  scalar,
  text,
  value,
} from './hostile-values.ts';
import { tokenRequests } from './hostile-tokens.ts';

const post = (headers: string, body: string): string =>
  `POST /api/trpc/session.gates HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${headers}${end}${body}`;

/** Invalid requests, and bytes that parsers may read as two requests (request smuggling). */
function rawBytes({ viewer }: HostileMeans): fc.Arbitrary<HostileRequest> {
  const smuggled = `GET /api/trpc/session.me HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${viewer}${end}`;
  const whole = one(
    post(`content-length: ${smuggled.length + 5}\r\ntransfer-encoding: chunked`, `0${end}${smuggled}`),
    post('transfer-encoding: chunked\r\ncontent-length: 4', `5c\r\n${smuggled}\r\n0${end}`),
    post('transfer-encoding: chunked\r\ntransfer-encoding: identity', `0${end}${smuggled}`),
    post('transfer-encoding: xchunked', `0${end}${smuggled}`),
    post('transfer-encoding : chunked', `0${end}${smuggled}`),
    post('content-length: 0\r\ncontent-length: 5', `0${end}${smuggled}`),
    post('content-length: +5', smuggled),
    post('content-length: 0x10', smuggled),
    `GET http://internal.example/api/trpc/session.me HTTP/1.1\r\nhost: x\r\nconnection: close${end}`,
    `GET //internal.example/api/trpc/session.me HTTP/1.1\r\nhost: x\r\nconnection: close${end}`,
    `CONNECT internal.example:443 HTTP/1.1\r\nhost: x${end}`,
    `GET /\u0000 HTTP/1.1\r\nhost: x${end}`,
    `GET / HTTP/1.1\r\nhost: x\r\nx: a\nauthorization: Bearer ${viewer}${end}`,
    `GET / HTTP/9.9\r\nhost: x${end}`,
    `PRI * HTTP/2.0${end}SM${end}`,
    `GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\nconnection: close${end}`,
    `GET / HTTP/1.1\r\nconnection: close${end}`,
  );
  return fc
    .oneof(
      whole.map((text) => ({ text, isCutOff: true })),
      anyText.map((text) => ({ text: `${text}${end}`, isCutOff: true })),
      fc.integer({ min: 1, max: 200 }).map((length) => ({
        text: smuggled.slice(0, Math.min(length, smuggled.length - 2)),
        isCutOff: true,
      })),
    )
    .map(({ text, isCutOff }) => ({
      kind: 'bytes' as const,
      bytes: Buffer.from(text, 'latin1'),
      isKnown: false,
      isCutOff,
    }));
}

const now = fc.constant(new Date().toISOString());
const subject = fc.record({ id: fc.oneof(one('__proto__', 'someone0000', '../users'), fc.string()) });

/** Arbitrary deliveries, signed by Logto or not, in every framing. */
function deliveries({ signingKey, canary }: HostileMeans): fc.Arbitrary<HostileRequest> {
  const event = fc
    .record(
      {
        event: fc.oneof(one(...webhookEventNames), one<unknown>('__proto__', 7, '')),
        createdAt: fc.oneof(now, now, one<unknown>('', 0, null)),
        data: fc.oneof(subject, value),
        params: fc.oneof(subject, value),
        hookId: scalar,
        url: one(canary),
      },
      { requiredKeys: ['event', 'createdAt'] },
    )
    .map((any) => JSON.stringify(any));
  const body = fc.oneof(event, text);
  const signature = one('genuine', 'wrong', 'short', 'twice', 'junk', 'none');
  const framing = one('length', 'chunked', 'short', 'long', 'type');
  return fc.tuple(body, signature, framing, anyText).map(([sent, how, frame, junk]) => {
    const bytes = Buffer.from(sent);
    const genuine = createHmac('sha256', signingKey).update(bytes).digest('hex');
    const wrong = '0'.repeat(64);
    const key = 'logto-signature-sha-256: ';
    const signatures: Record<string, readonly string[]> = {
      genuine: [key + genuine],
      wrong: [key + wrong],
      short: [key + genuine.slice(0, 63)],
      twice: [key + genuine, key + wrong],
      junk: [key + junk.replaceAll(/[\r\n]/g, '')],
      none: [],
    };
    const chunked = Buffer.concat([
      Buffer.from(`${bytes.length.toString(16)};x=1\r\n`),
      bytes,
      Buffer.from(bytes.length === 0 ? '\r\n' : '\r\n0\r\n\r\n'),
    ]);
    const frames: Record<string, readonly [readonly string[], Buffer]> = {
      length: [[withLength(bytes), 'content-type: application/json'], bytes],
      chunked: [['transfer-encoding: chunked'], chunked],
      short: [[`content-length: ${bytes.length + 10}`], bytes],
      long: [[`content-length: ${Math.max(0, bytes.length - 1)}`], bytes],
      type: [[withLength(bytes), 'content-type: multipart/form-data; boundary=x'], bytes],
    };
    const [headers, framed] = frames[frame] ?? [[], bytes];
    return {
      kind: 'delivery',
      bytes: request('POST /api/webhooks/logto', [...(signatures[how] ?? []), ...headers], framed),
      isKnown: how === 'genuine' && (frame === 'length' || frame === 'chunked' || frame === 'type'),
      isCutOff: frame === 'short',
    };
  });
}

/** Generates malicious requests of every kind. */
export function hostileRequests(means: HostileMeans): fc.Arbitrary<HostileRequest> {
  return fc.oneof(tokenRequests(means), deliveries(means), calls(means), rawBytes(means));
}

/** Calls with a viewer's token or none, to existing and unknown paths. */
function calls({ viewer, procedures }: HostileMeans): fc.Arbitrary<HostileRequest> {
  const procedure = fc.oneof(
    one(...procedures),
    one(
      '__proto__',
      'constructor.constructor',
      'session',
      'session.__proto__.me',
      '..%2f..',
      '%2e%2e/session.me',
      '%00',
      'session.me%2f',
      'session.me/..',
    ),
    fc.string().map(encodeURIComponent),
  );
  const batch = fc
    .tuple(procedure, fc.integer({ min: 1, max: 1_000 }))
    .map(([path, times]) => `${`${path},`.repeat(times).slice(0, 12_000)}?batch=1`);
  const method = one('GET', 'POST', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE', 'PATCH');
  const bearer = one([], [`authorization: Bearer ${viewer}`], [`authorization: Bearer ${viewer}`]);
  const extra = one<readonly string[]>(
    [],
    ['trpc-accept: application/jsonl'],
    ['accept: application/json'],
    ['content-encoding: gzip'],
    ['x-latchkey-view-as: __proto__'],
    ['x-forwarded-for: 127.0.0.1, \u0000'],
    ['expect: 100-continue'],
  );
  return fc
    .tuple(fc.oneof(procedure, batch), text, method, bearer, extra)
    .map(([path, input, verb, token, more]) => {
      const isGet = verb === 'GET' || verb === 'HEAD';
      const query = isGet
        ? `${path.includes('?') ? '&' : '?'}input=${encodeURIComponent(input.toWellFormed()).slice(0, 12_000)}`
        : '';
      const body = isGet ? '' : Buffer.from(input);
      return {
        kind: 'call',
        bytes: request(
          `${verb} /api/trpc/${path}${query}`,
          [...token, ...more, 'content-type: application/json', withLength(body)],
          body,
        ),
        isKnown: token.length > 0,
        isCutOff: false,
      };
    });
}
