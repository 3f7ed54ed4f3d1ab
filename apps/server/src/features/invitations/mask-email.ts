/**
 * Masks an address so that its owner recognizes it but others cannot learn it: `a•••@e•••.com` for `ann@example.com`.
 */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const host = email.slice(at + 1);
  const dot = host.lastIndexOf('.');
  const [name, end] = dot > 0 ? [host.slice(0, dot), host.slice(dot)] : [host, ''];
  return `${first(email.slice(0, Math.max(0, at)))}•••@${first(name)}•••${end}`;
}

/** The first character, even if it takes two code units. */
function first(text: string): string {
  const point = text.codePointAt(0);
  return point === undefined ? '' : String.fromCodePoint(point);
}

/**
 * Normalizes the case of Latin letters, in which equal addresses may differ; \u{212A}, the Kelvin sign, is not a Latin
 * letter.
 */
export function foldEmail(email: string): string {
  return email.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
