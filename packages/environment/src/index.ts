export {
  developmentSigningKey,
  developmentValues,
  developmentValuesInUse,
  unconfirmedDevelopmentValues,
  withoutDevelopmentValues,
  withoutUnconfirmedDevelopmentValues,
  isEmulator,
} from './development-values.ts';
export type { EnvironmentSource } from './development-values.ts';
export { EnvironmentError, parseEnvironment } from './parse-environment.ts';
