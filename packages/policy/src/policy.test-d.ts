import { expectTypeOf } from 'vitest';
import type { AppPermission, AppRole } from './policy.ts';

expectTypeOf<AppRole>().toEqualTypeOf<'viewer' | 'editor' | 'admin'>();
expectTypeOf<'reports:publish'>().toExtend<AppPermission>();
expectTypeOf<'reports:pubish'>().not.toExtend<AppPermission>();
