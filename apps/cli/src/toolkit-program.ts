import type { Program } from './program.ts';

/**
 * The published program, for apps with a policy table. It must not import the packages under `packed.omitted` in
 * `package.json`, which only the operator's commands need.
 */
export const toolkit = {
  description: 'Keep Permit.io in sync with a policy table',
  commands: {
    doctor: {
      description: 'check the key, the policy and the PDP, and show a fix for each problem',
      load: async () => (await import('./commands/doctor.ts')).addDoctor,
    },
    policy: {
      description: 'compare and apply the policy table',
      load: async () => (await import('./commands/policy.ts')).addPolicy,
    },
    grant: {
      description: 'assign a tenant role to a user; creates the user if Permit does not know it',
      load: async () => (await import('./commands/grant.ts')).addGrant,
    },
    explain: {
      description:
        'explain why a user has a permission, or what would grant it; exits with 2 if the PDP disagrees',
      load: async () => (await import('./commands/explain.ts')).addExplain,
    },
    completion: {
      description: 'print the completion of a shell: eval "$(latchkey completion bash)"',
      load: async () => (await import('./commands/completion.ts')).addCompletion,
    },
  },
} satisfies Program;
