import { Permit } from 'permitio';
import { serveChecked } from './serve-checked.ts';
import { serveVariant } from './serve-variant.ts';

/** The official SDK alone: tokens are verified once, and every call asks the PDP. */
await serveVariant((setting) => {
  const permit = new Permit({ pdp: setting.pdpUrl, token: 'bench' });
  return serveChecked(setting, ({ subject, tenant }) =>
    permit.check(subject, 'view', { type: 'reports', tenant }),
  );
});
