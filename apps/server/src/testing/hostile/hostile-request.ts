/** A malicious request as bytes. */
export interface HostileRequest {
  readonly kind: 'token' | 'delivery' | 'call' | 'bytes';
  readonly bytes: Buffer;
  /** Whether it may be allowed: it has the viewer's own valid token, or a valid signature of Logto. */
  readonly isKnown: boolean;
  /** The client disconnects before it is complete, so there is no response. */
  readonly isCutOff: boolean;
}

/** The ingredients of the requests. */
export interface HostileMeans {
  /** The token of a user with only the viewer role. */
  readonly viewer: string;
  /** Signed tokens with the wrong key or purpose, which must be refused. */
  readonly signed: readonly string[];
  readonly signingKey: string;
  readonly procedures: readonly string[];
  /** A URL that must never be called. */
  readonly canary: string;
}

export const end = '\r\n\r\n';
/** From a random address, so that a server behind a proxy does not limit the rate of all together. */
export const request = (line: string, headers: readonly string[], body: string | Buffer = ''): Buffer =>
  Buffer.concat([
    Buffer.from(
      `${line} HTTP/1.1\r\n${['host: x', 'connection: close', `x-forwarded-for: ${randomAddress()}`, ...headers].join('\r\n')}${end}`,
      'latin1',
    ),
    typeof body === 'string' ? Buffer.from(body, 'latin1') : body,
  ]);
export const randomAddress = (): string =>
  `10.${[0, 0, 0].map(() => Math.trunc(Math.random() * 256)).join('.')}`;
export const withLength = (body: string | Buffer): string =>
  `content-length: ${typeof body === 'string' ? body.length : body.byteLength}`;
