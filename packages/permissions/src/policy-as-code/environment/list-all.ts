import type { Permit } from 'permitio';
import { z } from 'zod/v4';
import { PermitApiError, type CallPermit } from '../../permit/permit-caller.ts';
import { listResponse } from './permit-responses.ts';

/** Items in a page of Permit's lists. Permit allows no more. */
export const pageSize = 100;

interface Listing<Item extends z.ZodType> {
  /** Completes "Permit could not …". */
  readonly operation: string;
  readonly item: Item;
  readonly run: (permit: Permit, page: number) => Promise<unknown>;
}

/** Reads all pages; a page that is not full is the last one. @throws {PermitApiError} */
export async function listAll<Item extends z.ZodType>(
  call: CallPermit,
  { operation, item, run }: Listing<Item>,
): Promise<z.output<Item>[]> {
  const list = listResponse(item);
  const found: z.output<Item>[] = [];
  for (let page = 1; ; page++) {
    // oxlint-disable-next-line no-await-in-loop -- a page that is not full is the last one
    const items = understood(list, operation, await call(operation, (permit) => run(permit, page)));
    found.push(...items);
    if (items.length < pageSize) return found;
  }
}

/** Parses a response. @throws {PermitApiError} when it does not have the documented shape */
function understood<Body extends z.ZodType>(body: Body, operation: string, answer: unknown): z.output<Body> {
  const parsed = body.safeParse(answer);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
  throw new PermitApiError(`Permit's answer to "${operation}" was not understood: ${where}`, {
    status: 200,
    cause: parsed.error,
  });
}
