/** The look of what acts within a text: a link to more, or what opens the rest. Where a finger points it is tall enough. */
export const textAction = 'cursor-pointer text-sm underline underline-offset-4 pointer-coarse:py-3.5';
