/** `%` and `_` of what somebody looks for are themselves, in PostgreSQL and in ClickHouse. */
export const likeSafe = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
