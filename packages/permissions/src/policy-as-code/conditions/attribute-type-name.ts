import { z } from 'zod/v4';
import type { AttributeType } from '../../attribute-types.ts';

/** The attribute types of a policy. Permit's API has additional types. */
export const AttributeTypeName = z.enum([
  'bool',
  'number',
  'string',
  'time',
  'array',
  'json',
] satisfies AttributeType[]);
