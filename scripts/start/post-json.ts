/** The timeout of one call in milliseconds. */
const deadline = 10_000;

/** Posts JSON and parses the JSON response. @throws when the response is not successful */
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
