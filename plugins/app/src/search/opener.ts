import { createContext } from 'react';

/** Opens the search over everything; null where a page is shown by itself. */
export const SearchOpener = createContext<(() => void) | null>(null);
