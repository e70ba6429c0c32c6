export interface AccountPage<A extends { readonly id: string }> {
  readonly accounts: readonly A[];
  readonly total: number;
}

/** So many that are known already are asked for again with each page: where none of them is there, some may be between. */
const overlap = 8;

/**
 * All accounts of a server, page by page. Servers page by place in the order of names, and accounts come and go
 * meanwhile: each page has to begin among those that are known, so that what moved up a place is not stepped over.
 * @param ask for `limit` accounts from the place `offset` on
 * @param limit far more than pages overlap by
 */
export async function allAccounts<A extends { readonly id: string }>(
  ask: (offset: number, limit: number) => Promise<AccountPage<A>>,
  limit: number,
): Promise<A[]> {
  const found = new Map<string, A>();
  let offset = 0;
  for (;;) {
    const { accounts, total } = await ask(offset, limit);
    const joins = offset === 0 || accounts.some(({ id }) => found.has(id));
    // So many went that all of these are new, or none is there: further back are some that are known.
    if (!joins) {
      offset = Math.max(0, offset - limit);
      continue;
    }
    for (const account of accounts) found.set(account.id, account);
    const end = offset + accounts.length;
    if (accounts.length === 0 || end >= total) return [...found.values()];
    offset = end - overlap;
  }
}
