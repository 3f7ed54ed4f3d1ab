/** Reads at most `max` bytes of a request's body; `undefined` when it is longer. */
export async function readText(request: Request, max: number): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > max) return undefined;
  const reader = request.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const chunk = await reader?.read(); // oxlint-disable-line no-await-in-loop -- one chunk after the other
    if (chunk === undefined || chunk.done) return text + decoder.decode();
    bytes += chunk.value.byteLength;
    if (bytes > max) {
      await reader?.cancel(); // oxlint-disable-line no-await-in-loop -- the last one
      return undefined;
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
}
