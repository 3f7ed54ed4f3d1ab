/** Starts something with its first user and ends it after its last one: several parts of a page follow the same stream. */
export function shareStream(start: () => () => void): () => () => void {
  let users = 0;
  let end: (() => void) | undefined;
  return () => {
    users += 1;
    if (users === 1) end = start();
    let isUsing = true;
    return () => {
      if (!isUsing) return;
      isUsing = false;
      users -= 1;
      if (users === 0) end?.();
    };
  };
}
