/** The class of a link or `<summary>` inside a text. On touch screens the target is taller. */
export const textAction = 'cursor-pointer text-sm underline underline-offset-4 pointer-coarse:py-3.5';
