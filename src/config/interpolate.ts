/** `${NAME}` in a value. */

export interface Interpolation {
  readonly text: string;
  /** What is wrong, one sentence each; `text` is of no use then. */
  readonly faults: readonly string[];
  /** The variables that were filled in, with their values. */
  readonly values: ReadonlyMap<string, string>;
}

/** Fills in the variables of the environment: `${NAME}`; `$${` stands for `${` itself. */
export function interpolate(text: string, env: NodeJS.ProcessEnv): Interpolation {
  const faults: string[] = [];
  const values = new Map<string, string>();
  const filled = text.replace(/\$\$\{|\$\{([^}]*)(\}?)/g, (whole, name: string | undefined, end) => {
    if (name === undefined) return '${';
    if (end === '' || !/^[A-Za-z_]\w*$/.test(name)) {
      faults.push(
        `${JSON.stringify(whole)} is not a variable; expected a name as in "\${NAME}" ("$\${" stands for "\${" itself)`,
      );
      return whole;
    }
    const value = env[name];
    if (value === undefined) {
      faults.push(`the environment variable ${name} is not defined`);
      return whole;
    }
    values.set(name, value);
    return value;
  });
  return { text: filled, faults, values };
}
