export {
  developmentSigningKey,
  developmentValues,
  developmentValuesInUse,
  unconfirmedDevelopmentValues,
  withoutDevelopmentValues,
  withoutUnconfirmedDevelopmentValues,
} from './development-values.ts';
export type { EnvironmentSource } from './development-values.ts';
export { isEmulator } from './is-emulator.ts';
export { EnvironmentError, parseEnvironment } from './parse-environment.ts';
