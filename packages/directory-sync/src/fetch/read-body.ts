import { WebhookProblem } from './webhook-problem.ts';

/** In bytes and milliseconds. */
export interface BodyLimits {
  readonly size: number;
  readonly deadline: number;
}

/**
 * Reads the whole body as bytes; stops as soon as it exceeds the size or the deadline.
 * @throws {WebhookProblem} `WEBHOOK_TOO_LARGE`, `REQUEST_TIMEOUT`
 */
export async function readBody({ headers, body }: Request, { size, deadline }: BodyLimits): Promise<Buffer> {
  const tooLarge = (): WebhookProblem =>
    new WebhookProblem('WEBHOOK_TOO_LARGE', `The body is larger than ${size} bytes.`);
  if (Number(headers.get('content-length') ?? 0) > size) throw tooLarge();
  if (body === null) return Buffer.alloc(0);
  const reader = body.getReader();
  const expired = AbortSignal.timeout(deadline);
  const onExpired = (): void => void reader.cancel();
  expired.addEventListener('abort', onExpired);
  try {
    const chunks: Uint8Array[] = [];
    let received = 0;
    for (;;) {
      const { done, value } = await reader.read(); // oxlint-disable-line no-await-in-loop -- a stream is read in order
      if (expired.aborted) throw new WebhookProblem('REQUEST_TIMEOUT', 'The body did not arrive in time.');
      if (done) return Buffer.concat(chunks, received);
      received += value.length;
      if (received > size) throw tooLarge();
      chunks.push(value);
    }
  } finally {
    expired.removeEventListener('abort', onExpired);
    reader.cancel().catch(() => {}); // Already closed, or the client has disconnected.
  }
}
