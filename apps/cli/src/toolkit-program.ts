import type { Program } from './program.ts';

/**
 * What an app with a policy table needs. It is published, so it imports nothing that only the operator's commands need:
 * those packages are under `packed.omitted` in `package.json`.
 */
export const toolkit = {
  description: 'Keep Permit.io equal to a policy table',
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
