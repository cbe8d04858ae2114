// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how variables are written in a configuration
/** What a secret must not look like: each of these was meant otherwise, and would be accepted without a word. */

/** A variable as shells write it; only `${NAME}` is replaced here. */
const SHELL_VARIABLE = /^\$[A-Z_][A-Z0-9_]*$/;

/** The content of a secret's file, without the line ends that editors and `echo` put behind it. */
export function fileSecret(content: string): string {
  return content.replace(/[\r\n]+$/, '');
}

/** Why a secret that stands in the configuration was meant to be a variable; null where it was not. */
export function literalFault(text: string): string | null {
  return SHELL_VARIABLE.test(text)
    ? 'this is "$" and a name, which would be taken literally; write "${NAME}" for a variable (a secret that does begin so may stand in a file, "file:/path/to/it")'
    : null;
}

/** What is wrong with a secret, wherever it came from; null where nothing is. Shows nothing of it. */
export function secretFault(text: string): string | null {
  if (/[\r\n]/.test(text)) return 'a secret is one line, and this one has a line end in it';
  if (text.trim() !== text) return 'this secret begins or ends with a space; remove it';
  return null;
}
