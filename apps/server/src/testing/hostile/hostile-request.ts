/** A request as bytes, made to do harm. */
export interface HostileRequest {
  readonly kind: 'token' | 'delivery' | 'call' | 'bytes';
  readonly bytes: Buffer;
  /** Whether it may be allowed: it has the viewer's own token, or Logto's signature, and they are good. */
  readonly isKnown: boolean;
  /** The client hangs up behind it: it is not whole, so nobody answers. */
  readonly isCutOff: boolean;
}

/** What the requests are made of. */
export interface HostileMeans {
  /** The token of somebody who is no more than a viewer. */
  readonly viewer: string;
  /** Tokens that were signed, by the wrong key or for something else: nobody accepts them. */
  readonly signed: readonly string[];
  readonly signingKey: string;
  readonly procedures: readonly string[];
  /** An address that nobody has a reason to call. */
  readonly canary: string;
}

export const end = '\r\n\r\n';
export const request = (line: string, headers: readonly string[], body: string | Buffer = ''): Buffer =>
  Buffer.concat([
    Buffer.from(
      `${line} HTTP/1.1\r\n${['host: x', 'connection: close', ...headers].join('\r\n')}${end}`,
      'latin1',
    ),
    typeof body === 'string' ? Buffer.from(body, 'latin1') : body,
  ]);
export const withLength = (body: string | Buffer): string =>
  `content-length: ${typeof body === 'string' ? body.length : body.byteLength}`;
