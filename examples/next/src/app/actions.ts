'use server';

import { permissions, signIn, signOut } from '../latchkey.ts';

export const enter = async () => signIn('/reports');
export const leave = async () => signOut();

/** Any client can call a server action: its first line is its gate. */
export async function createReport() {
  await permissions.require('reports:create', undefined);
}
