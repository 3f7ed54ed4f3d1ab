import { serverAttributes, type ResourceRef } from '@latchkey/permissions';
import { policy } from '../policy.ts';

export interface Document {
  readonly id: string;
  readonly title: string;
  readonly status: 'draft' | 'published';
}

const byTenant = new Map<string, Map<string, Document>>();

/** A tenant's documents, replacing a database. Users never find other tenants' documents. */
export function documentsOf(tenant: string): Map<string, Document> {
  const documents = byTenant.get(tenant) ?? new Map<string, Document>();
  byTenant.set(tenant, documents);
  return documents;
}

/** The document for a check: its key, and the attributes that the server knows. */
export function refOf({ id, status }: Document): ResourceRef<'documents'> {
  return { key: id, attributes: serverAttributes(policy, 'documents', { status }) };
}
