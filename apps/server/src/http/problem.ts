import type { ErrorRequestHandler, RequestHandler } from 'express';
import { AppError } from '../app-error.ts';
import { asAppError } from '../trpc/error-data.ts';

/** Renders the errors of plain routes as problem documents (RFC 9457). An unknown error shows nothing of its inside. */
// oxlint-disable-next-line max-params -- Express knows an error handler by its four parameters
export const problem: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const known = isTooLarge(error)
    ? new AppError('WEBHOOK_TOO_LARGE', 'The body is larger than 1 MiB.')
    : asAppError(error);
  if (known.status >= 500) request.log.error({ err: error }, 'request failed');
  response
    .status(known.status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        title: known.message,
        status: known.status,
        code: known.code,
        requestId: response.get('x-request-id') ?? null,
      }),
    );
};

/** body-parser's error for a body past the limit. */
function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'entity.too.large';
}

export const notFound: RequestHandler = (request) => {
  throw new AppError('NOT_FOUND', `There is nothing at ${request.path}.`);
};
