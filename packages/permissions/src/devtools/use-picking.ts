import { useEffect } from 'react';
import { gateKeysAt } from './find-gates.ts';

/** Callbacks of picking an element on the page. */
export interface Picking {
  /** Called with the element under the pointer; `undefined` when it has no gate. */
  readonly onPoint: (element: Element | undefined) => void;
  /** Called with the gates of the clicked element; empty when picking was cancelled. */
  readonly onPick: (keys: readonly string[]) => void;
}

/** While active, hovering finds gates and a click picks them; the page receives neither event. Escape cancels. */
export function usePicking(store: object, isOn: boolean, { onPoint, onPick }: Picking): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const elementOf = ({ target }: Event): Element | undefined =>
      target instanceof Element && target.localName !== 'latchkey-devtools' ? target : undefined;
    const point = (event: Event): void => {
      const element = elementOf(event);
      onPoint(element !== undefined && gateKeysAt(element, store).length > 0 ? element : undefined);
    };
    const swallow = (event: Event): void => {
      if (elementOf(event) === undefined) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    const pick = (event: Event): void => {
      const element = elementOf(event);
      swallow(event);
      if (element !== undefined) onPick(gateKeysAt(element, store));
    };
    const giveUp = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onPick([]);
    };
    const stop = new AbortController();
    const options = { capture: true, signal: stop.signal };
    document.addEventListener('pointermove', point, options);
    document.addEventListener('pointerdown', swallow, options);
    document.addEventListener('mousedown', swallow, options);
    document.addEventListener('click', pick, options);
    document.addEventListener('keydown', giveUp, options);
    return () => stop.abort();
  }, [store, isOn, onPoint, onPick]);
}
