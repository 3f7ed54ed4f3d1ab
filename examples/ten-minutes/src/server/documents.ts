import { serverAttributes, type ResourceRef } from '@latchkey/permissions';
import { policy } from '../policy.ts';

export interface Document {
  readonly id: string;
  readonly title: string;
  readonly status: 'draft' | 'published';
}

const byTenant = new Map<string, Map<string, Document>>();

/** In place of a database. Documents of other tenants are not found, before any permission is checked. */
export function documentsOf(tenant: string): Map<string, Document> {
  const documents = byTenant.get(tenant) ?? new Map<string, Document>();
  byTenant.set(tenant, documents);
  return documents;
}

/** The document as a check needs it: its key, and the attributes that the server knows. */
export function refOf({ id, status }: Document): ResourceRef<'documents'> {
  return { key: id, attributes: serverAttributes(policy, 'documents', { status }) };
}
