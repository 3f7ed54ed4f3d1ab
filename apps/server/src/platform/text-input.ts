import { z } from 'zod';

/** Text that PostgreSQL can store (without NUL) and `encodeURIComponent` accepts (without lone surrogates). */
export const StorableText = z
  .string()
  .refine((text) => !text.includes('\0') && text.isWellFormed(), 'must not contain NUL or half a character');

/** In lower case: PostgreSQL ignores the case of UUIDs, but Permit and comparisons of text do not. */
export const RowId = z.uuid().toLowerCase();
