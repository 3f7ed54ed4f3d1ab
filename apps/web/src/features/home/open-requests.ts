/** The input of `requests.list` with which the sidebar counts: one answer is for both. */
export const openRequests = { status: 'open', limit: 100 } as const;
