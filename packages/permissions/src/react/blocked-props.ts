import type { KeyboardEvent, SyntheticEvent } from 'react';

type Props = Readonly<Record<string, unknown>>;

/** Handlers that activate nothing: pointer movement and focus. */
const harmless = /^on(?:Focus|Blur|(?:Mouse|Pointer)(?:Enter|Leave|Over|Out|Move))(?:Capture)?$/;

/**
 * The props that prevent an element from being activated. It stays focusable and retains its descriptions. Its own
 * handlers are removed, including a component's custom ones; default actions of the browser (a link, a submit, a key)
 * are cancelled in the capture phase.
 */
export function blockedProps(props: Props, reasonId: string | undefined): Props {
  const blocked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(props)) {
    if (/^on[A-Z]/.test(name) && typeof value === 'function' && !harmless.test(name))
      blocked[name] = undefined;
  }
  return {
    ...blocked,
    'aria-disabled': true,
    'aria-describedby': [props['aria-describedby'], reasonId].filter(Boolean).join(' ') || undefined,
    onClick: cancel,
    onClickCapture: cancel,
    onAuxClickCapture: cancel,
    onSubmitCapture: cancel,
    onKeyDownCapture: cancelActivation,
    onKeyUpCapture: cancelActivation,
  };
}

function cancel(event: SyntheticEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

function cancelActivation(event: KeyboardEvent): void {
  if (event.key === 'Enter' || event.key === ' ') cancel(event);
}
