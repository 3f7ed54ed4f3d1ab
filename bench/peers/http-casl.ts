import { defineAbility, type AnyAbility } from '@casl/ability';
import { serveChecked } from '../../apps/server/bench/http/serve-checked.ts';

/** CASL in process. Each token is verified once, and each user's ability is created once. */
const abilities = new Map<string, AnyAbility>();
function abilityOf(subject: string): AnyAbility {
  const known = abilities.get(subject);
  if (known !== undefined) return known;
  const made = defineAbility((can) => {
    if (subject === 'bench') can('view', 'reports');
  });
  abilities.set(subject, made);
  return made;
}
await serveChecked((subject) => abilityOf(subject).can('view', 'reports'));
