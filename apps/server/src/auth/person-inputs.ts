import { z } from 'zod';

/** The key of a user in Permit. */
export const PersonKey = z
  .string()
  .max(300)
  .regex(/^[A-Za-z0-9|@+\-._]+$/);

/** What somebody searches for. */
export const SearchText = z
  .string()
  .trim()
  .max(100)
  .refine((text) => !text.includes('\0'), 'must not contain NUL');
