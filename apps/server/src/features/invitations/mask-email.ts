/**
 * Enough of an address for its owner to recognize it, and too little for anybody else to learn it: `a•••@e•••.com` for
 * `ann@example.com`.
 */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const host = email.slice(at + 1);
  const dot = host.lastIndexOf('.');
  const [name, end] = dot > 0 ? [host.slice(0, dot), host.slice(dot)] : [host, ''];
  return `${first(email.slice(0, Math.max(0, at)))}•••@${first(name)}•••${end}`;
}

/** The first character, also where it takes two code units. */
function first(text: string): string {
  const point = text.codePointAt(0);
  return point === undefined ? '' : String.fromCodePoint(point);
}

/** Addresses that differ in the case of Latin letters only are the same; \u{212A}, the sign of Kelvin, is no Latin letter. */
export function foldEmail(email: string): string {
  return email.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
