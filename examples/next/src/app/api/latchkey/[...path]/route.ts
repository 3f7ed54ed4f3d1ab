import { handlers } from '../../../../latchkey.ts';

export const { GET, POST } = handlers;
