import { withMessages } from './with-messages.ts';

export const loadBar = () => withMessages(import('./view-as-bar.tsx'));
export const loadActingBar = () => withMessages(import('./acting-bar.tsx'));
