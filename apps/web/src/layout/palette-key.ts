/** Calls `onPress` for Ctrl K and ⌘ K, instead of what the browser would do. Returns how to stop. */
export function onPaletteKey(onPress: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    // On a Korean keyboard the key may have its other letter.
    const isK = /^[kㅏ]$/iu.test(event.key) && (event.ctrlKey || event.metaKey);
    if (!isK || event.altKey || event.shiftKey) return;
    event.preventDefault();
    onPress();
  };
  addEventListener('keydown', onKeyDown);
  return () => removeEventListener('keydown', onKeyDown);
}
