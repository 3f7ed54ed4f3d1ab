import { z } from 'zod';
import type { AttributeType } from '../../attribute-types.ts';

/** The types of attributes that a table can name. Permit's API lets others through. */
export const AttributeTypeName = z.enum([
  'bool',
  'number',
  'string',
  'time',
  'array',
  'json',
] satisfies AttributeType[]);
