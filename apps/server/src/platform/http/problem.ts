import type { ErrorRequestHandler, RequestHandler } from 'express';
import { AppError, retryAfter } from '../app-error.ts';
import { asAppError } from '../trpc/error-data.ts';

/** Renders the errors of plain routes as problem documents (RFC 9457). Unknown errors reveal no details. */
// oxlint-disable-next-line max-params -- Express recognizes an error handler by its four parameters
export const problem: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const ours = asAppError(error);
  const known = ours.code === 'INTERNAL' ? (errorOfExpress(error) ?? ours) : ours;
  if (known.status >= 500) request.log.error({ err: error, code: known.code }, 'request failed');
  if (known.status === 503) response.set('retry-after', retryAfter);
  response
    .status(known.status)
    .type('application/problem+json')
    .set('x-content-type-options', 'nosniff')
    .send(
      JSON.stringify({
        title: known.message,
        status: known.status,
        code: known.code,
        requestId: response.get('x-request-id') ?? null,
      }),
    );
};

/** Express and its static files throw errors with a status, for a malformed path or a missing file. */
function errorOfExpress(error: unknown): AppError | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  if (error.status === 404) return new AppError('NOT_FOUND', 'There is nothing at this path.');
  if (typeof error.status !== 'number' || error.status < 400 || error.status >= 500) return undefined;
  return new AppError('INPUT_INVALID', 'The request cannot be read.');
}

export const notFound: RequestHandler = (request) => {
  throw new AppError('NOT_FOUND', `There is nothing at ${request.path}.`);
};
