import { z } from 'zod';
import { StorableText } from '../platform/text-input.ts';

/** A user's Permit key. */
export const PersonKey = z
  .string()
  .max(300)
  .regex(/^[A-Za-z0-9|@+\-._]+$/);

/** A search text. */
export const SearchText = StorableText.trim().max(100);
