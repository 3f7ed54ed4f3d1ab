import { z } from 'zod';

/**
 * Text from a caller that PostgreSQL can store and that can be part of a URL: without NUL, and without lone surrogates,
 * on which `encodeURIComponent` throws.
 */
export const StorableText = z
  .string()
  .refine((text) => !text.includes('\0') && text.isWellFormed(), 'must not contain NUL or half a character');

/**
 * The id of a row, in lower case: PostgreSQL ignores its case, but Permit and the text comparisons of this server do
 * not.
 */
export const RowId = z.uuid().toLowerCase();
