import { z } from 'zod';

/** Text that PostgreSQL can store. */
export const StorableText = z.string().refine((text) => !text.includes('\0'), 'must not contain NUL');
