import { testPolicy } from '../testing/test-policy.ts';
import { defineDirectoryMapping } from './define-directory-mapping.ts';

defineDirectoryMapping(testPolicy, { memberRole: 'viewer', organizationRoles: { owner: 'admin' } });
// @ts-expect-error -- the policy has no such role
defineDirectoryMapping(testPolicy, { memberRole: 'reader' });
// @ts-expect-error -- the policy has no such role
defineDirectoryMapping(testPolicy, { organizationRoles: { owner: 'owner' } });
// @ts-expect-error -- sync assigns the default role once; then administrators manage it
defineDirectoryMapping(testPolicy, { roles: { Staff: 'viewer' } });
// @ts-expect-error -- the policy declares no such attribute
defineDirectoryMapping(testPolicy, { attributes: { salary: 'customData.salary' } });
// @ts-expect-error -- Logto stores no value at this path
defineDirectoryMapping(testPolicy, { attributes: { clearance: 'clearance' } });
defineDirectoryMapping(testPolicy, { attributes: { clearance: { byRole: { Staff: 'secret' } } } });
// @ts-expect-error -- the policy declares the attribute as a text
defineDirectoryMapping(testPolicy, { attributes: { clearance: { byRole: { Staff: 5 } } } });
