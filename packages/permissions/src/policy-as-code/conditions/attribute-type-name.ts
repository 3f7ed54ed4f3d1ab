import { z } from 'zod/v4';
import type { AttributeType } from '../../attribute-types.ts';

/** Parses the attribute types of a policy table. Permit's API accepts other types too. */
export const AttributeTypeName = z.enum([
  'bool',
  'number',
  'string',
  'time',
  'array',
  'json',
] satisfies AttributeType[]);
