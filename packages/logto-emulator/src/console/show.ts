import type { Content, PageRequest } from '@latchkey/emulator-kit';
import type { Logto } from '../logto.ts';

/** A page of the console. */
export type Show = (request: PageRequest<Logto>) => Content | undefined;
