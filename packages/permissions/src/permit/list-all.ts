import type { Permit } from 'permitio';
import { z } from 'zod/v4';
import { parseResponse } from './parse-response.ts';
import type { CallPermit } from './permit-caller.ts';

/** Page size of Permit's list endpoints: the maximum that Permit allows. */
export const pageSize = 100;

interface Listing<Item extends z.ZodType> {
  /** Completes "Permit could not …". */
  readonly operation: string;
  readonly item: Item;
  readonly run: (permit: Permit, page: number) => Promise<unknown>;
  /** The maximum number of pages, and the error when all of them are full. Default: unlimited. */
  readonly limit?: { readonly pages: number; readonly error: () => Error };
}

/** Reads all pages; a page that is not full is the last one. @throws {PermitApiError} */
export async function listAll<Item extends z.ZodType>(
  call: CallPermit,
  { operation, item, run, limit }: Listing<Item>,
): Promise<z.output<Item>[]> {
  const list = listResponse(item);
  const found: z.output<Item>[] = [];
  for (let page = 1; ; page++) {
    if (limit !== undefined && page > limit.pages) throw limit.error();
    // oxlint-disable-next-line no-await-in-loop -- a page that is not full is the last one
    const items = parseResponse(list, operation, await call(operation, (permit) => run(permit, page)));
    found.push(...items);
    if (items.length < pageSize) return found;
  }
}

/** A list response: some endpoints return a plain array, others an object with `data` and a count. */
function listResponse<Item extends z.ZodType>(item: Item) {
  return z.preprocess(
    (body) => (typeof body === 'object' && body !== null && 'data' in body ? body.data : body),
    z.array(item),
  );
}
