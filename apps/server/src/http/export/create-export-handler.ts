import type { AppPermission } from '@latchkey/policy';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { AppError } from '../../app-error.ts';
import type { SignedIn } from '../../trpc/context.ts';
import { asAppError } from '../../trpc/error-data.ts';
import { sendExport, type ExportedFile } from './send-export.ts';

/** Exports of a kind that run at the same time, at most: each holds some pages in memory, and reads for as long as its receiver takes. */
const most = 4;

/** What somebody asks to have as a file. */
export interface ExportCall<Query> {
  readonly caller: SignedIn;
  readonly query: Query;
  readonly requestId: string | undefined;
}

export interface ExportHandlerOptions<Query> {
  /** From an `Authorization` header to the caller. */
  readonly authenticate: (header: string | undefined) => Promise<SignedIn>;
  readonly query: z.ZodType<Query>;
  readonly permission: AppPermission;
  /** Told how it ended, before the first part leaves: no way to break it off leaves it unrecorded. */
  readonly record: (
    call: ExportCall<Query>,
    end: { readonly outcome: 'done' | 'failed'; readonly reason?: string },
  ) => void;
  /** Called when the caller may have it, and before that is recorded. */
  readonly file: (call: ExportCall<Query>) => ExportedFile;
}

/**
 * Sends files to those who may read them: one at a time to a person, and few at a time to all.
 * @throws {AppError} `TOKEN_*`, `INPUT_INVALID`, `FORBIDDEN`, `SERVER_BUSY`, and what the first part of the file throws
 */
export function createExportHandler<Query>(options: ExportHandlerOptions<Query>): RequestHandler {
  const { authenticate, permission, record } = options;
  const running = new Set<string>();
  return async (request, response) => {
    const caller = await authenticate(request.get('authorization'));
    const parsed = options.query.safeParse(request.query);
    if (!parsed.success) throw new AppError('INPUT_INVALID', z.prettifyError(parsed.error));
    const call = { caller, query: parsed.data, requestId: response.get('x-request-id') };
    const key = JSON.stringify([caller.identity.tenant, caller.identity.subject]);
    try {
      await caller.permissions.require(permission);
      if (running.size >= most || running.has(key))
        throw new AppError('SERVER_BUSY', 'An export is running. Try again when it has ended.');
    } catch (error) {
      record(call, { outcome: 'failed', reason: asAppError(error).code });
      throw error;
    }
    running.add(key);
    try {
      const file = options.file(call);
      record(call, { outcome: 'done' });
      await sendExport(request, response, file);
    } finally {
      running.delete(key);
    }
  };
}
