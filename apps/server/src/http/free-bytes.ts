/**
 * Frees the memory of a buffer immediately; the buffer is empty afterwards. V8 would do so only after another 64 MiB,
 * and the allocator then retains the pages. Ignores a view of a larger buffer, such as of Node's pool.
 */
export function freeBytes({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
