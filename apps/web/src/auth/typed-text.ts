const prefix = 'latchkey:typed:';

/** Unsent typed text, stored for this tab: it survives a sign-in, a reload, and closing its sheet. */
export interface TypedText {
  readonly read: () => string;
  /** An empty text is removed. */
  readonly write: (text: string) => void;
}

/** `person` separates users who sign in in the same tab; `field` identifies the form and its subject. */
export function typedText(person: string, field: string): TypedText {
  const key = `${prefix}${person}:${field}`;
  return {
    read: () => sessionStorage.getItem(key) ?? '',
    write(text) {
      if (text === '') sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, text);
    },
  };
}

/** Removes all typed text at sign-out. */
export function forgetTypedTexts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
}
