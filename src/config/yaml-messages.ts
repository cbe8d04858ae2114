/** The YAML parser's complaints in other words, without the text that they quote: it may hold a secret. */
import { type Document, type ErrorCode, visit, type YAMLError } from 'yaml';

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias ("*name") cannot have an anchor or a tag',
  BAD_ALIAS: 'this is not the name of an alias; a value that begins with "*" needs quotes',
  BAD_DIRECTIVE: 'this directive is not known; expected none, or "%YAML 1.2"',
  BAD_DQ_ESCAPE:
    'this escape is not known in double quotes; write "\\\\" for a backslash, or use single quotes',
  BAD_INDENT: 'the indentation is wrong, or a "]" or "}" is missing before here',
  BAD_SCALAR_START: 'a value cannot begin with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'two keys in one line; a value that contains ": " needs quotes',
  BLOCK_IN_FLOW: 'inside "[…]" and "{…}", expected values separated by commas',
  DUPLICATE_KEY: 'this key was already set',
  MISSING_CHAR: 'a bracket, brace, comma or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key cannot go over several lines; is a colon missing before here?',
  MULTIPLE_DOCS: 'a second document begins here ("---"); expected one',
  TAB_AS_INDENT: 'a tab is used for indentation; expected spaces',
  TAG_RESOLVE_FAILED: 'this tag ("!…") is not known; a value that begins with "!" needs quotes',
  UNEXPECTED_TOKEN:
    'unexpected here; is the indentation of this line right, and are quotes closed before it?',
};

/** What is wrong with the notation, for people, and the offset at which to point. */
export function yamlFault(
  error: YAMLError,
  document: Document,
  text: string,
): { message: string; at: number } {
  const at = error.pos[0];
  const unquoted = unquotedBefore(at, text);
  if (unquoted) return unquoted;
  if (error.code === 'MISSING_CHAR' && error.message.startsWith('Missing closing')) {
    // The parser notices at the end of the file; the fault is where the quote was opened.
    return {
      message: 'not valid YAML: the quote that is opened here is never closed',
      at: quoteBefore(at, document),
    };
  }
  if (error.code === 'MISSING_CHAR' && error.message.startsWith('Sequence item')) {
    return { message: 'not valid YAML: neither a new item ("- …") nor as indented as the item before', at };
  }
  return { message: `not valid YAML: ${MESSAGES[error.code] ?? 'the notation is wrong here'}`, at };
}

/** Values that are written without quotes by habit and are something else in YAML; each with what it is taken for. */
const UNQUOTED = [
  {
    // Cron: `*/5 * * * *`, `* * * * *`
    pattern: /(?:^\s*(?:- )?\s*|[{,]\s*)[\w-]+:\s+(?=\*(?:\/|\s|$))/,
    message:
      'not valid YAML: a value that begins with "*" is an alias; put the cron expression in quotes, such as "*/5 * * * *"',
  },
  {
    // `[::1]:9797`
    pattern: /(?:^\s*(?:- )?\s*|[{,]\s*)[\w-]+:\s+(?=\[[0-9a-f]*:[0-9a-f:.]*\]:\d)/i,
    message:
      'not valid YAML: a value that begins with "[" is a list; put the address in quotes, such as "[::1]:9797"',
  },
] as const;

/** The value on the line of a fault, or on the line before, that is missing its quotes; the parser notices late. */
function unquotedBefore(at: number, text: string): { message: string; at: number } | null {
  const here = text.lastIndexOf('\n', at - 1) + 1;
  const before = here === 0 ? 0 : text.lastIndexOf('\n', here - 2) + 1;
  for (const start of [here, before]) {
    const [line] = text.slice(start).split('\n', 1);
    for (const { pattern, message } of UNQUOTED) {
      const match = pattern.exec(line!);
      if (match) return { message, at: start + match.index + match[0].length };
    }
  }
  return null;
}

/** Where the last quoted value that reaches to the offset begins. */
function quoteBefore(end: number, document: Document): number {
  let start = end;
  visit(document, {
    Scalar(_, { type, range }) {
      if (type?.startsWith('QUOTE') && range && range[1] >= end) start = range[0];
    },
  });
  return start;
}
