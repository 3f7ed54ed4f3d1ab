import { z } from 'zod';

/** Environment variables of `vite` and `vite preview`. The built app reads `/api/config` instead. */
const Environment = z.object({
  /** The port of `vite` and `vite preview`. */
  WEB_PORT: z.coerce.number().int().min(1).max(65_535).default(5173),
  /** The server that `/api` is proxied to. */
  SERVER_URL: z.url().default('http://localhost:3000'),
});

export const env = Environment.parse(process.env);
