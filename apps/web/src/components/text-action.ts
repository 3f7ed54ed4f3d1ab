/** The class of a link or `<summary>` inside a text. Its target is taller on touch screens. */
export const textAction = 'cursor-pointer text-sm underline underline-offset-4 pointer-coarse:py-3.5';
