/** What is wrong with a configuration, for people: where, what was found, what was expected. */

export interface Problem {
  /** As it was given on the command line. */
  readonly file: string;
  /** Both count from 1; null where the file as a whole is meant. */
  readonly line: number | null;
  readonly column: number | null;
  /** Such as `checks[1].participants`; null where the file as a whole is meant. */
  readonly key: string | null;
  /** What was found and what was expected. Never holds a secret. */
  readonly message: string;
  /** A guess at what was meant, such as `did you mean "participants"?`. */
  readonly hint: string | null;
}

export type Path = readonly PropertyKey[];

/** A path as people write it: `checks[1].participants[0]`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^([A-Za-z_][\w-]*|<<)$/.test(String(part)))
      text += text === '' ? String(part) : `.${String(part)}`;
    else text += `[${JSON.stringify(String(part))}]`;
  }
  return text;
}

/** One line for each problem: `vigie.yaml:12:5: checks[0].participnts: unknown key; did you mean "participants"?` */
export function formatProblems(problems: readonly Problem[]): string {
  return problems
    .map(({ file, line, column, key, message, hint }) =>
      [
        line === null ? `${file}:` : `${file}:${line}:${column}:`,
        ...(key === null ? [] : [`${key}:`]),
        hint === null ? message : `${message}; ${hint}`,
      ].join(' '),
    )
    .join('\n');
}
