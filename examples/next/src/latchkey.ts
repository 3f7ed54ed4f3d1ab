import { createLatchkey } from '@latchkey/next';
import { policy } from './policy.ts';

export const { permissions, visitor, signIn, signOut, handlers, proxy } = createLatchkey({ policy });
