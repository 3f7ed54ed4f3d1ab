import { createHmac } from 'node:crypto';
import { webhookEventNames } from '@latchkey/directory-sync';
import * as fc from 'fast-check';
import { request, withLength, type HostileMeans, type HostileRequest } from './hostile-request.ts';
import { anyText, one, scalar, text, value } from './hostile-values.ts';

const now = fc.constant(new Date().toISOString());
const subject = fc.record({ id: fc.oneof(one('__proto__', 'someone0000', '../users'), fc.string()) });

/** Arbitrary deliveries, signed by Logto or not, in every framing. */
export function deliveries({ signingKey, canary }: HostileMeans): fc.Arbitrary<HostileRequest> {
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
