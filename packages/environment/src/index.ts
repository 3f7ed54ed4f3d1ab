export { EnvironmentError, parseEnvironment, type EnvironmentSource } from './parse-environment.ts';
