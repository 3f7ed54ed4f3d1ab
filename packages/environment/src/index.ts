export { developmentValues, developmentValuesInUse, withoutDevelopmentValues } from './development-values.ts';
export type { EnvironmentSource } from './environment-source.ts';
export { EnvironmentError, parseEnvironment } from './parse-environment.ts';
