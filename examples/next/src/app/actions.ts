'use server';

import { signIn, signOut } from '@logto/next/server-actions';
import { env } from '../lib/env.ts';
import { logto } from '../lib/logto.ts';
import { permissions } from '../lib/permissions.ts';

export async function enter(): Promise<void> {
  await signIn(logto, { redirectUri: `${env.BASE_URL}/callback` });
}

export async function leave(): Promise<void> {
  await signOut(logto, env.BASE_URL);
}

/** A server action is an endpoint like any other: its first line is its gate. */
export async function createReport(): Promise<void> {
  await permissions.require('reports:create');
}
