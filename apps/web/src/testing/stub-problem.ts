/** An error response before any procedure is called. */
export interface StubProblem {
  readonly status: number;
  readonly code: string;
}

export function problemResponse({ status, code }: StubProblem): Response {
  return Response.json({ title: code, status, code, requestId: 'request-7' }, { status });
}

/** The limits that the real server enforces before it calls a procedure. */
export function limitOf(pathname: string, href: string, body: string): StubProblem | null {
  if (pathname.split(',').length > 50) return { status: 400, code: 'BATCH_TOO_LARGE' };
  if (href.length > 8_000 || body.length > 131_072) return { status: 413, code: 'REQUEST_TOO_LARGE' };
  return null;
}
