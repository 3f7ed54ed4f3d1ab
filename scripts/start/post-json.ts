/** Milliseconds for one call. */
const deadline = 10_000;

/** Posts JSON, and reads the JSON of the answer. @throws when the answer is no success */
export async function postJson(
  url: string,
  { body, token }: { readonly body: object; readonly token?: string },
): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(deadline),
  });
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}.`);
  return Object(await response.json());
}
