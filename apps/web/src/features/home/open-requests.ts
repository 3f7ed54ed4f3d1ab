/** The input of `requests.list` that the sidebar also uses for its count, so that both share one response. */
export const openRequests = { status: 'open', limit: 100 } as const;
