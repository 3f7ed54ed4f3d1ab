/** Any JSON value. Attributes, conditions and query inputs are of this type. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object: the attributes of a user, tenant, resource or context. */
export type JsonObject = { readonly [key: string]: Json };
