import type { AppPermission } from '@latchkey/policy';
import type { Request, Response } from 'express';
import { AppError } from '../../app-error.ts';
import type { SignedIn } from '../../trpc/context.ts';
import { asAppError } from '../../trpc/error-data.ts';
import { sendExport, type ExportedFile } from './send-export.ts';

/** Exports that run at the same time, at most: each holds some pages in memory, and reads for as long as its receiver takes. */
const most = 4;

export interface ExportCall {
  readonly request: Request;
  readonly response: Response;
  readonly caller: SignedIn;
  readonly permission: AppPermission;
  /** Told how it ended, before the first part leaves: no way to break it off leaves it unrecorded. */
  readonly record: (end: { readonly outcome: 'done' | 'failed'; readonly reason?: string }) => void;
  readonly file: () => ExportedFile;
}

/** Sends files to those who may read them: one at a time to a person, and few at a time to all. */
export function createExporter() {
  const running = new Set<string>();
  /** @throws {AppError} `FORBIDDEN`, `SERVER_BUSY`, and what the first part of the file throws */
  return async ({ request, response, caller, permission, record, file }: ExportCall): Promise<void> => {
    const { tenant, subject } = caller.identity;
    const key = JSON.stringify([tenant, subject]);
    try {
      await caller.permissions.require(permission);
      if (running.size >= most || running.has(key))
        throw new AppError('SERVER_BUSY', 'An export is running. Try again when it has ended.');
    } catch (error) {
      record({ outcome: 'failed', reason: asAppError(error).code });
      throw error;
    }
    running.add(key);
    record({ outcome: 'done' });
    try {
      await sendExport(request, response, file());
    } finally {
      running.delete(key);
    }
  };
}
