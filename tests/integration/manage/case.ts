/** One attempt, and the rule that it is about; without `reason` the servers that know its fields take it. */
export interface Case {
  readonly field: string;
  readonly reason?: string;
  /** made first, where there is something before */
  readonly base?: Readonly<Record<string, unknown>>;
  /** laid over the base; a whole configuration where there is none */
  readonly give: Readonly<Record<string, unknown>>;
}

const words = ({ field, reason, base, give }: Case) =>
  `${field}: ${reason ?? 'taken'} (${base ? `${JSON.stringify(base)} + ` : ''}${JSON.stringify(give)})`;

/** Each attempt with the words that its test is called by. */
export const named = <C extends Case>(cases: readonly C[]) => cases.map((entry): [string, C] => [words(entry), entry]);

interface Rule {
  readonly field: string;
  readonly reason: string;
}
/** The rules that no attempt is made for, as they are told. */
export function untried(rules: readonly Rule[], cases: readonly Case[]): string[] {
  const told = ({ field, reason }: Pick<Case, 'field' | 'reason'>) => `${field}: ${reason}`;
  const tried = cases.map(told);
  return rules.map(told).filter((rule) => !tried.includes(rule));
}
