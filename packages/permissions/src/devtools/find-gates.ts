import { useEffect } from 'react';
import { isRecord } from '../core/records.ts';

/*
 * Finds gates through React's internal fiber tree, where hooks hold the gate store and the keys (`useAnswers`). Relies
 * on internals of React 18 and 19, only in development; if they change, no gates are found.
 */

interface Fiber {
  readonly memoizedState: unknown;
  readonly return: Fiber | null;
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  readonly stateNode: unknown;
}

/** The keys of the gates of the nearest component around the element that uses any. */
function gateKeysAt(element: Element, store: object): string[] {
  for (let fiber = fiberOf(element); fiber !== null; fiber = fiber.return) {
    const keys = keysOf(fiber, store);
    if (keys.length > 0) return keys;
  }
  return [];
}

/** For a component that renders nothing, the surrounding element. */
export function elementsOf(key: string, store: object): Element[] {
  const elements: Element[] = [];
  const visit = (fiber: Fiber | null): void => {
    for (let next = fiber; next !== null; next = next.sibling) {
      if (keysOf(next, store).includes(key)) {
        const element = firstElement(next.child) ?? elementAround(next);
        if (element !== undefined) elements.push(element);
      }
      visit(next.child);
    }
  };
  visit(rootFiber());
  return elements;
}

interface Picking {
  /** `undefined` when the element has no gate. */
  readonly onPoint: (element: Element | undefined) => void;
  /** Empty when picking was cancelled. */
  readonly onPick: (keys: readonly string[]) => void;
}

/**
 * While `isOn`, hovering finds the gates of an element, and a click, which the page does not receive, picks them.
 * Escape cancels.
 */
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

function keysOf({ memoizedState }: Fiber, store: object): string[] {
  const keys: string[] = [];
  for (let hook = memoizedState; isRecord(hook); hook = hook['next']) {
    const memo: unknown = hook['memoizedState'];
    const deps: unknown = Array.isArray(memo) ? memo[1] : undefined;
    if (Array.isArray(deps) && deps[0] === store && typeof deps[1] === 'string')
      keys.push(...deps[1].split('\n'));
  }
  return keys;
}

function firstElement(fiber: Fiber | null): Element | undefined {
  for (let next = fiber; next !== null; next = next.sibling) {
    const element = next.stateNode instanceof Element ? next.stateNode : firstElement(next.child);
    if (element !== undefined) return element;
  }
  return undefined;
}

function elementAround(fiber: Fiber): Element | undefined {
  for (let next = fiber.return; next !== null; next = next.return) {
    if (next.stateNode instanceof Element) return next.stateNode;
  }
  return undefined;
}

function rootFiber(): Fiber | null {
  for (const element of document.body.querySelectorAll('*')) {
    let fiber = fiberOf(element);
    while (fiber?.return != null) fiber = fiber.return;
    if (fiber !== null)
      return isRecord(fiber.stateNode) && isFiber(fiber.stateNode['current'])
        ? fiber.stateNode['current']
        : fiber;
  }
  return null;
}

function fiberOf(element: Element): Fiber | null {
  const name = Object.keys(element).find((property) => property.startsWith('__reactFiber$'));
  const fiber: unknown = name === undefined ? undefined : Reflect.get(element, name);
  return isFiber(fiber) ? fiber : null;
}

function isFiber(value: unknown): value is Fiber {
  return isRecord(value) && 'memoizedState' in value && 'return' in value && 'child' in value;
}
