export {
  createAuthZenDecider,
  type AuthZenDecider,
  type AuthZenDeciderOptions,
} from './create-authzen-decider.ts';
