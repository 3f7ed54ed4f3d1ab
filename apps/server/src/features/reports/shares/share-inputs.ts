import { z } from 'zod';
import { PersonKey, SearchText } from '../../../auth/person-inputs.ts';
import { shareRoles } from '../../../auth/shared-resources.ts';

export const RoleInput = z.object({ subject: PersonKey, role: z.enum(shareRoles) });
export const PreviewInput = RoleInput.extend({ change: z.enum(['give', 'take']) });
/** Every word of `search` must occur in the name, the email address or the key. */
export const CandidatesInput = z.object({ search: SearchText.default('') });
