/** The change that removes a role's parents; empty for a role without parents. The SDK's types lack `extends`. */
export function withoutParents({ extends: parents }: { readonly extends: readonly string[] }): object {
  return parents.length === 0 ? {} : { extends: [] };
}
