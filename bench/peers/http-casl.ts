import { defineAbility, type AnyAbility } from '@casl/ability';
import { serveVariant } from '../../apps/server/bench/http/serve-variant.ts';
import { serveChecked } from '../../apps/server/bench/http/serve-checked.ts';

/** CASL in process: tokens are verified once, and a person's ability is made once. */
await serveVariant((setting) => {
  const abilities = new Map<string, AnyAbility>();
  const abilityOf = (subject: string): AnyAbility => {
    const known = abilities.get(subject);
    if (known !== undefined) return known;
    const made = defineAbility((can) => {
      if (subject === 'bench') can('view', 'reports');
    });
    abilities.set(subject, made);
    return made;
  };
  return serveChecked(setting, ({ subject }) => abilityOf(subject).can('view', 'reports'));
});
