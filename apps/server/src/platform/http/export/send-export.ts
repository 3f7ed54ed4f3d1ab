import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';

export interface ExportedFile {
  readonly name: string;
  readonly contentType: string;
  /** The parts of the file; each is requested when the previous one has been sent. */
  readonly parts: AsyncGenerator<string | Uint8Array, void>;
}

/**
 * Sends a file of any length. A failure before the first part is an error response; afterwards the connection is closed
 * before the last part, so that the receiver detects an incomplete file.
 * @throws the error of the first part
 */
export async function sendExport(
  request: Request,
  response: Response,
  { name, contentType, parts }: ExportedFile,
): Promise<void> {
  try {
    const first = await parts.next();
    response.set({
      'content-type': contentType,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    });
    await pipeline(Readable.from(resumed(first, parts), { highWaterMark: 1 }), response);
  } catch (error) {
    if (!response.headersSent) throw error;
    if (!hasLeft(error)) request.log.error({ err: error }, 'an export broke off');
  }
}

async function* resumed<Part>(
  first: IteratorResult<Part, void>,
  rest: AsyncGenerator<Part, void>,
): AsyncGenerator<Part, void> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

/** Whether the receiver closed the connection. */
function hasLeft(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
