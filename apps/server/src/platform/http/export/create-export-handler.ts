import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RequestHandler, Request, Response } from 'express';
import { z } from 'zod';
import { callerOf } from '../../../authentication/identity.ts';
import { AppError } from '../../app-error.ts';
import type { Authenticate, SignedIn } from '../../trpc/context.ts';
import { asAppError } from '../../trpc/error-data.ts';
import { createBudget } from '../budget.ts';
import { headerLanguages, type HeaderLanguage } from './column-headers.ts';

/** Each export holds a few pages in memory until its receiver has read them. */
const max = { total: 6, perOwner: 3 };

const Language = z.enum(headerLanguages);

export interface ExportCall<Query> {
  readonly caller: SignedIn;
  readonly query: Query;
  /** The language of column headers, from the parameter `language`. Default: English. */
  readonly language: HeaderLanguage;
  readonly requestId: string | undefined;
}

export interface ExportHandlerOptions<Query, Admitted> {
  readonly authenticate: Authenticate;
  readonly query: z.ZodType<Query>;
  /** Resolves to the data for the file; rejects if the caller may not export it. */
  readonly admit: (call: ExportCall<Query>) => Promise<Admitted>;
  /** Called before the first part is sent, so that the receiver cannot avoid the record by aborting. */
  readonly record: (
    call: ExportCall<Query>,
    end: { readonly outcome: 'done' | 'failed'; readonly reason?: string },
  ) => void;
  /** Creates the file. Called after the caller is admitted and before the export is recorded. */
  readonly file: (call: ExportCall<Query>, admitted: Admitted) => ExportedFile;
}

/**
 * Exports files to authorized users: one at a time per user, a few per tenant, and a few more in total.
 * @throws {AppError} `TOKEN_*`, `RATE_LIMITED`, `VIEW_AS_READ_ONLY`, `INPUT_INVALID`, `SERVER_BUSY`, and the errors of
 *   `admit` and of the first part of the file
 */
export function createExportHandler<Query, Admitted>(
  options: ExportHandlerOptions<Query, Admitted>,
): RequestHandler {
  const { authenticate, record } = options;
  const running = new Set<string>();
  const slots = createBudget(max);
  return async (request, response) => {
    const caller = await authenticate({ request, response, calls: 1 });
    if (caller.identity.viewAs !== undefined)
      throw new AppError('VIEW_AS_READ_ONLY', 'Exports are not available in a view as another user.');
    const parsed = options.query.safeParse({ ...request.query, ...request.params });
    if (!parsed.success) throw new AppError('INPUT_INVALID', z.prettifyError(parsed.error));
    const { data: language = 'en' } = Language.safeParse(request.query['language']);
    const call = { caller, query: parsed.data, language, requestId: response.get('x-request-id') };
    const { tenant } = caller.identity;
    const key = JSON.stringify([tenant, callerOf(caller.identity).subject]);
    let admitted: Admitted;
    try {
      admitted = await options.admit(call);
      if (running.has(key) || !slots.consume(tenant, 1))
        throw new AppError('SERVER_BUSY', 'An export is running. Try again when it has ended.');
    } catch (error) {
      record(call, { outcome: 'failed', reason: asAppError(error).code });
      throw error;
    }
    running.add(key);
    try {
      const file = options.file(call, admitted);
      record(call, { outcome: 'done' });
      await sendExport(request, response, file);
    } finally {
      running.delete(key);
      slots.refund(tenant, 1);
    }
  };
}

interface ExportedFile {
  /** The file name. May contain any characters, because unsafe ones are replaced. */
  readonly name: string;
  readonly contentType: string;
  /** The parts of the file; each is requested when the previous one has been sent. */
  readonly parts: AsyncGenerator<string | Uint8Array, void>;
}

/**
 * A failure before the first part is an error response. After that, the connection is closed before the last part, so
 * that the receiver detects an incomplete file.
 * @throws the error of the first part
 */
async function sendExport(
  request: Request,
  response: Response,
  { name, contentType, parts }: ExportedFile,
): Promise<void> {
  try {
    const first = await parts.next();
    response.attachment(fileName(name)).set({ 'content-type': contentType, 'cache-control': 'no-store' });
    await pipeline(Readable.from(resumed(first, parts), { highWaterMark: 1 }), response);
  } catch (error) {
    if (hasLeft(error)) return;
    if (!response.headersSent) throw error;
    request.log.error({ err: error }, 'an export broke off');
  }
}

function fileName(name: string): string {
  return name.replaceAll(/[\\/:*?"<>|\p{Cc}\p{Cf}\p{Cs}]/gu, '-').replace(/^\.+/, '');
}

async function* resumed<Part>(
  first: IteratorResult<Part, void>,
  rest: AsyncGenerator<Part, void>,
): AsyncGenerator<Part, void> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

/** Whether the receiver closed the connection: during the export, or before its first part. */
function hasLeft(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ERR_STREAM_UNABLE_TO_PIPE';
}

/** A URL parameter that contains a filter as JSON. Default: the empty filter. */
export function filterParameter<Filter extends z.ZodType>(filter: Filter) {
  return z
    .string()
    .default('{}')
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown; // oxlint-disable-line typescript/no-unsafe-type-assertion -- it is parsed next
      } catch {
        context.addIssue('must be JSON');
        return z.NEVER;
      }
    })
    .pipe(filter);
}
