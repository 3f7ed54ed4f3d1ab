import { handleSignIn } from '@logto/next/server-actions';
import { redirect } from 'next/navigation';
import type { NextRequest } from 'next/server';
import { logto } from '../../lib/logto.ts';

/** Where Logto sends the visitor back to. */
export async function GET(request: NextRequest): Promise<never> {
  await handleSignIn(logto, request.nextUrl.searchParams);
  redirect('/reports');
}
