import { z } from 'zod';
import { StorableText } from '../text-input.ts';

/** The key of a user in Permit. */
export const PersonKey = z
  .string()
  .max(300)
  .regex(/^[A-Za-z0-9|@+\-._]+$/);

/** What somebody searches for. */
export const SearchText = StorableText.trim().max(100);
