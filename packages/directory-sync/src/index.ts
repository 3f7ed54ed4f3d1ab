export { isTestEvent, LogtoEvent, type LogtoUser } from './logto-event.ts';
export { directoryUserOf } from './directory-user.ts';
export { applyEvent, type EventOutcome } from './apply-event.ts';
