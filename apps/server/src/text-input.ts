import { z } from 'zod';

/**
 * Text of a caller: what PostgreSQL can store, and what can be part of an address. Half a surrogate pair is no character, and
 * `encodeURIComponent` throws at it.
 */
export const StorableText = z
  .string()
  .refine((text) => !text.includes('\0') && text.isWellFormed(), 'must not contain NUL or half a character');
