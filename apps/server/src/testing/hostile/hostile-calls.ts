import * as fc from 'fast-check';
import { request, withLength, type HostileMeans, type HostileRequest } from './hostile-request.ts';
import { one, text } from './hostile-values.ts';

/** Calls with a viewer's token or none, to existing and unknown paths. */
export function calls({ viewer, procedures }: HostileMeans): fc.Arbitrary<HostileRequest> {
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
