import type { Context, Next } from 'koa';
import { RequestError } from './request-error.ts';

/** Renders errors in Logto's format, and unreadable JSON as a 400. */
export async function renderErrors(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
  } catch (error) {
    if (error instanceof RequestError) {
      ctx.status = error.status;
      ctx.body = error.toJSON();
    } else if (error instanceof SyntaxError) {
      ctx.status = 400;
      ctx.body = { message: error.message };
    } else throw error;
  }
}
