import * as fc from 'fast-check';
import { end, type HostileMeans, type HostileRequest } from './hostile-request.ts';
import { anyText, one } from './hostile-values.ts';

const post = (headers: string, body: string): string =>
  `POST /api/trpc/session.gates HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${headers}${end}${body}`;

/** Invalid requests, and bytes that parsers may read as two requests (request smuggling). */
export function rawBytes({ viewer }: HostileMeans): fc.Arbitrary<HostileRequest> {
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
