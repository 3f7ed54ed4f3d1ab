/** As in the field `engines` of `package.json`. */
const needed = [22, 19] as const;

/** Returns what to print when this version of Node is too old, for which imports fail with unrelated errors. */
export function tooOldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return undefined;
  return `latchkey needs Node ${needed.join('.')} or later, and this is Node ${version}.\n`;
}
